import type { Readable, Stop } from '../backend';
import type { ExportFile } from '../bindings/ExportFile';
import type { ExportSaved } from '../bindings/ExportSaved';
import type { FileShown } from '../bindings/FileShown';
import type { Handed } from '../bindings/Handed';
import type { LoginStartView } from '../bindings/LoginStartView';
import type { LogLine } from '../bindings/LogLine';
import type { LogSeen } from '../bindings/LogSeen';
import type { OpenerView } from '../bindings/OpenerView';
import type { OwnFile } from '../bindings/OwnFile';
import type { OwnFilesView } from '../bindings/OwnFilesView';
import type { Shell } from '../bindings/Shell';
import type { TerminalCommand } from '../bindings/TerminalCommand';
import type { RuleHits } from '../bindings/RuleHits';
import type { RuleListFault } from '../bindings/RuleListFault';
import { FakeLog } from './log';
import { checkRuleList, noHits, someHits } from './ruleLists';
import type { SceneName } from './scene';
import { FakeDiagnosis } from './diagnosis';

/** Plays what is around the window on a desktop: pressed links, the clipboard, file dialogs, the log, what rules have decided. */
export class Desk {
  /** What the user answers in the system's dialog: a path, or null for none. */
  dialog: () => string | null = () => '/home/lena/parasol.age';
  /** What was saved last. */
  saved: { path: string; file: ExportFile } | undefined;
  savedText: { name: string; text: string } | undefined;
  /** What is in the clipboard. */
  copied = '';
  /** Who opens links on this desktop. */
  opener: OpenerView = { kind: 'others' };
  /** Whether this desktop starts it at login. */
  atLogin: LoginStartView = { kind: 'off' };
  readonly log = new FakeLog();
  /** What became of the window. */
  ended: 'no' | 'closed' | 'quit' | 'again' = 'no';
  protected readonly holding = new Set<() => void>();
  /** Whether this desktop has settings of the clock, and whether they were opened. */
  clockSettings = true;
  clockOpened = false;
  /** What comes of asking its file manager, and what that was to show last. */
  fileManager: FileShown = 'shown';
  fileShown: OwnFile | undefined;
  readonly diagnosis = new FakeDiagnosis();
  /** What the rules have decided. */
  hits: RuleHits = noHits;
  #drops = new Set<[(over: boolean) => void, (files: Readable[]) => void]>();
  #handed: Handed | null = null;
  #onHanded = new Set<() => void>();

  constructor(scene: SceneName) {
    this.log.begin(Date.now(), scene === 'crowd');
    if (scene === 'rules') this.hits = someHits;
  }

  watchLog = (seen: (news: LogSeen) => void): Stop => this.log.watch(seen);
  logBetween = (fromMs: number, toMs: number): Promise<LogLine[]> => Promise.resolve(this.log.between(fromMs, toMs));

  ruleHits = (): Promise<RuleHits> => Promise.resolve(this.hits);
  checkRuleList = (url: string): Promise<RuleListFault | null> => Promise.resolve(checkRuleList(url));

  async clearLog() {
    this.log.clear();
  }

  holdClose(asked: () => void): Stop {
    this.holding.add(asked);
    return () => void this.holding.delete(asked);
  }

  #listening = new Set<() => void>();

  onEnded(ended: () => void): Stop {
    this.#listening.add(ended);
    return () => void this.#listening.delete(ended);
  }

  /** What does the work ends by itself. */
  die() {
    this.#listening.forEach((ended) => ended());
  }

  async startAgain() {
    this.ended = 'again';
  }

  async quit() {
    this.ended = 'quit';
  }

  async saveText(name: string, text: string): Promise<ExportSaved | null> {
    const path = this.dialog();
    if (path === null) return null;
    this.savedText = { name, text };
    return { kind: 'done', path };
  }

  async terminalCommands(): Promise<TerminalCommand[]> {
    const lines = {
      sh: "export http_proxy='http://127.0.0.1:1080' HTTP_PROXY='http://127.0.0.1:1080' no_proxy='localhost,127.0.0.1,::1'",
      fish: "set -gx http_proxy 'http://127.0.0.1:1080'; set -gx no_proxy 'localhost,127.0.0.1,::1'",
      powershell: "$env:http_proxy='http://127.0.0.1:1080'; $env:no_proxy='localhost,127.0.0.1,::1'",
      cmd: 'set http_proxy=http://127.0.0.1:1080&set no_proxy=localhost,127.0.0.1,::1',
      nushell: "load-env {http_proxy: 'http://127.0.0.1:1080', no_proxy: 'localhost,127.0.0.1,::1'}",
    } satisfies Record<Shell, string>;
    return (Object.keys(lines) as Shell[]).map((shell) => ({ shell, line: lines[shell] }));
  }

  async copy(text: string) {
    this.copied = text;
  }

  diagnosisReport = (withServer: boolean): Promise<string | null> => Promise.resolve(this.diagnosis.report(withServer));

  ownFiles = (): Promise<OwnFilesView> =>
    Promise.resolve({ profiles: '/home/lena/.config/parasol/profiles.json', log: '/home/lena/.local/state/parasol/parasol.log' });

  async showOwnFile(file: OwnFile): Promise<FileShown> {
    if (this.fileManager === 'shown') this.fileShown = file;
    return this.fileManager;
  }

  async openClockSettings(): Promise<boolean> {
    this.clockOpened = this.clockSettings;
    return this.clockSettings;
  }

  async handedLinks(): Promise<Handed | null> {
    const handed = this.#handed;
    this.#handed = null;
    return handed;
  }

  onDroppedFiles(over: (over: boolean) => void, dropped: (files: Readable[]) => void): Stop {
    this.#drops.add([over, dropped]);
    return () => this.#drops.forEach((one) => one[1] === dropped && this.#drops.delete(one));
  }

  onHandedLinks(handed: () => void): Stop {
    this.#onHanded.add(handed);
    return () => void this.#onHanded.delete(handed);
  }

  linkOpener = (): Promise<OpenerView> => Promise.resolve(this.opener);

  async setLinkOpener(ours: boolean): Promise<OpenerView> {
    this.opener = { kind: ours ? 'ours' : 'others' };
    return this.opener;
  }

  loginStart = (): Promise<LoginStartView> => Promise.resolve(this.atLogin);

  setLoginStart = async (on: boolean): Promise<LoginStartView> => {
    this.atLogin = { kind: on ? 'on' : 'off' };
    return this.atLogin;
  };

  /** Somebody holds files over the window, and lets go of them or not. */
  drag(files?: Readable[]) {
    this.#drops.forEach(([over]) => over(files === undefined));
    if (files) this.#drops.forEach(([, dropped]) => dropped(files));
  }

  /** Somebody presses a link in another program. */
  hand(handed: Handed) {
    this.#handed = handed;
    this.#onHanded.forEach((told) => told());
  }
}
