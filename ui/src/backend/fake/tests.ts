import type { ProbeFault } from '../bindings/ProbeFault';
import type { ProfileView } from '../bindings/ProfileView';
import type { StepTested } from '../bindings/StepTested';
import type { Tested } from '../bindings/Tested';
import type { TestVerdict } from '../bindings/TestVerdict';

/** What a test of this server comes to: those at port 443 stay silent, the rest works. */
export function tested(profile: Pick<ProfileView, 'builtin' | 'server' | 'port'>, atMs: number): Tested {
  const named = !profile.builtin && !/^[\d.]+$|:/.test(profile.server);
  const passed = (step: StepTested['step'], micros: number): StepTested => ({ step, outcome: 'passed', reason: null, micros });
  const first: StepTested[] = [
    named ? passed('resolve', 12_300) : { step: 'resolve', outcome: 'skipped', reason: 'noName', micros: null },
    passed('connect', 48_200),
  ];
  if (profile.port === 443) {
    const skipped = (step: StepTested['step']): StepTested => ({ step, outcome: 'skipped', reason: 'earlierFailed', micros: null });
    const silent: StepTested = { step: 'handshake', outcome: 'failed', reason: 'silent', micros: null };
    return { atMs, steps: [...first, silent, skipped('firstByte'), skipped('udp')], verdict: { kind: 'silent' } };
  }
  const rest = [passed('handshake', 131_000), passed('firstByte', 131_000), passed('udp', 97_400)];
  return { atMs, steps: [...first, ...rest], verdict: { kind: 'works' } };
}

/** What is wrong with what servers are to be tested with. */
export function checkProbe(url: string, nameServer: string): ProbeFault | null {
  if (!/^(http:\/\/)?[\w.:[\]-]+(\/[\x21-\x7e]*)?$/i.test(url.trim())) return 'url';
  return /^[\w.:[\]-]+$/.test(nameServer.trim()) ? null : 'nameServer';
}

/** The result as the state has it. */
export function summary(id: string, { atMs, steps, verdict }: Tested): { id: string; atMs: number; verdict: TestVerdict; firstByteMicros: number | null } {
  return { id, atMs, verdict, firstByteMicros: steps.find(({ step }) => step === 'firstByte')?.micros ?? null };
}
