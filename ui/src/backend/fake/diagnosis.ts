import type { Stop } from '../backend';
import type { AppState } from '../bindings/AppState';
import type { Diagnosis } from '../bindings/Diagnosis';
import type { DiagnosisReason } from '../bindings/DiagnosisReason';
import type { DiagnosisStep } from '../bindings/DiagnosisStep';
import type { StepDiagnosed } from '../bindings/StepDiagnosed';

const steps: DiagnosisStep[] = [
  'port', 'systemProxy', 'tray', 'keyStore', 'socks5', 'http', 'localUdp',
  'resolve', 'connect', 'handshake', 'firstByte', 'udp', 'clock', 'plugin', 'names',
];

const skipped: Partial<Record<DiagnosisStep, DiagnosisReason>> = {
  keyStore: { code: 'secretsInFile' },
  plugin: { code: 'noPlugin' },
};

/** Plays a diagnosis: what fails can be said beforehand; every step is told at once, or only up to one that hangs. */
export class FakeDiagnosis {
  /** What fails. */
  faults: Partial<Record<DiagnosisStep, Pick<StepDiagnosed, 'reason' | 'action'>>> = {};
  /** What the plugin has written. */
  pluginSaid: string[] = [];
  /** This one does not end. */
  hangsAt: DiagnosisStep | undefined;
  /** How many run now. */
  running = 0;
  #last: Diagnosis | undefined;

  begin(state: AppState, seen: (diagnosis: Diagnosis) => void): Stop {
    this.running++;
    let stopped = false;
    const tell = (diagnosis: Diagnosis) => {
      this.#last = diagnosis;
      seen(diagnosis);
    };
    const faults = { ...found(state), ...this.faults };
    const done: StepDiagnosed[] = [];
    queueMicrotask(() => {
      for (const step of steps) {
        if (stopped) return;
        const now = { atMs: Date.now(), pluginSaid: this.pluginSaid, ended: false };
        tell({ ...now, steps: [...done], running: step });
        if (step === this.hangsAt) return;
        done.push(stepOf(step, faults[step]));
        tell({ ...now, steps: [...done], running: null });
      }
      tell({ atMs: Date.now(), steps: done, running: null, ended: true, pluginSaid: this.pluginSaid });
    });
    return () => {
      if (!stopped) this.running--;
      stopped = true;
    };
  }

  /** Its words are the program's; here it is enough that there are some. */
  report(withServer: boolean): string | null {
    if (!this.#last) return null;
    const lines = this.#last.steps.map(({ step, outcome }) => `${step} ${outcome}`);
    return ['Parasol', `server ${withServer ? 'tk1.example.net:8388' : 'hidden'}`, ...lines, ''].join('\n');
  }
}

/** What the state already says is wrong. */
function found({ actual, systemProxy }: AppState): FakeDiagnosis['faults'] {
  const faults: FakeDiagnosis['faults'] = {};
  if (actual.kind === 'failed' && actual.problem.code === 'portTaken') {
    const { nextFree } = actual.problem;
    faults.port = { reason: { code: 'problem', problem: actual.problem }, action: nextFree === null ? { kind: 'editPort' } : { kind: 'usePort', port: nextFree } };
  }
  if (actual.kind === 'failed' && actual.problem.code === 'pluginMissing') {
    faults.plugin = { reason: { code: 'problem', problem: actual.problem }, action: { kind: 'editProfile' } };
  }
  if (systemProxy.actual.kind === 'failed') {
    faults.systemProxy = { reason: { code: 'problem', problem: systemProxy.actual.problem }, action: { kind: 'takeProxyBack' } };
  }
  return faults;
}

function stepOf(step: DiagnosisStep, fault?: Pick<StepDiagnosed, 'reason' | 'action'>): StepDiagnosed {
  if (fault) return { step, outcome: 'failed', micros: null, ...fault };
  const reason = skipped[step];
  if (reason) return { step, outcome: 'skipped', reason, action: null, micros: null };
  return { step, outcome: 'passed', reason: null, action: null, micros: 1200 + 9100 * steps.indexOf(step) };
}
