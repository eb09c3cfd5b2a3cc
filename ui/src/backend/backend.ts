import type { AppState } from './bindings/AppState';
import type { BackUpAnswer } from './bindings/BackUpAnswer';
import type { BackupLook } from './bindings/BackupLook';
import type { Candidate } from './bindings/Candidate';
import type { Command } from './bindings/Command';
import type { ConnectionsSeen } from './bindings/ConnectionsSeen';
import type { Diagnosis } from './bindings/Diagnosis';
import type { EarlierState } from './bindings/EarlierState';
import type { Explained } from './bindings/Explained';
import type { Exported } from './bindings/Exported';
import type { ExportFile } from './bindings/ExportFile';
import type { ExportFormat } from './bindings/ExportFormat';
import type { ExportSaved } from './bindings/ExportSaved';
import type { FieldProblem } from './bindings/FieldProblem';
import type { FileShown } from './bindings/FileShown';
import type { Handed } from './bindings/Handed';
import type { ImportPreview } from './bindings/ImportPreview';
import type { LogLine } from './bindings/LogLine';
import type { LogSeen } from './bindings/LogSeen';
import type { OpenerView } from './bindings/OpenerView';
import type { OwnFile } from './bindings/OwnFile';
import type { OwnFilesView } from './bindings/OwnFilesView';
import type { LoginStartView } from './bindings/LoginStartView';
import type { PortDraft } from './bindings/PortDraft';
import type { PortFieldProblem } from './bindings/PortFieldProblem';
import type { Look } from './bindings/Look';
import type { MethodView } from './bindings/MethodView';
import type { ProbeFault } from './bindings/ProbeFault';
import type { ProfileDraft } from './bindings/ProfileDraft';
import type { ProfileUse } from './bindings/ProfileUse';
import type { RuleHits } from './bindings/RuleHits';
import type { RuleListFault } from './bindings/RuleListFault';
import type { RulesPreview } from './bindings/RulesPreview';
import type { SubscriptionPreview } from './bindings/SubscriptionPreview';
import type { TerminalCommand } from './bindings/TerminalCommand';
import type { Tested } from './bindings/Tested';
import type { TrafficRange } from './bindings/TrafficRange';
import type { TrafficSeen } from './bindings/TrafficSeen';
import type { Watched } from './bindings/Watched';

/** Ends what a call began. Calling it twice does nothing more. */
export type Stop = () => void;

/** Called with why something could not begin. */
export type Failed = (cause: unknown) => void;

/** A file to be read, which the web view has or the program. */
export interface Readable {
  readonly name: string;
  slice(start: number, end: number): Pick<Blob, 'arrayBuffer'>;
}

/**
 * Everything the window can ask of the program behind it. `tauri.ts` is the real one, `fake.ts` plays it in a plain
 * browser and in tests.
 */
export interface Backend {
  /** The whole state now; null when what does the work has ended by itself. */
  state(): Promise<AppState | null>;
  /** Calls with each new state from now on. */
  onState(changed: (state: AppState) => void): Stop;
  /** Asks for something. The answer is the next state; a rejection means that the program could not be asked. */
  send(command: Command): Promise<void>;
  /** What is wrong with a draft, by the rules of the relay. */
  check(draft: ProfileDraft): Promise<FieldProblem[]>;
  /** What is wrong with a port's draft. */
  checkPort(draft: PortDraft): Promise<PortFieldProblem[]>;
  /** The methods that can be chosen, recommended ones first, unsafe ones last. */
  methods(): Promise<MethodView[]>;
  /** A saved profile's password, to be shown because the user asked for it. */
  password(id: string): Promise<string>;
  /** What a pasted text would add and change; the command `import` with its id does that. */
  previewImport(text: string): Promise<ImportPreview>;
  /** The same for a file or picture that was dropped or chosen. */
  previewImportFile(bytes: Uint8Array): Promise<ImportPreview>;
  /** The same for the profiles of the state that was looked at last; nothing when it is not held any more. */
  previewCandidate(id: number): Promise<ImportPreview>;
  /** The same for the QR codes on all screens. The window steps aside meanwhile. */
  lookAtScreen(): Promise<Look>;
  /** The same for what the clipboard holds. */
  lookAtClipboard(): Promise<Look>;
  /**
   * What the clipboard holds, when it is pasted; null where that is no text, or too long for a field. Absent where only the web
   * view knows.
   */
  pastedText?(): Promise<string | null>;
  /** Saved profiles, passwords included, for other programs; because the user asked for it. */
  exportProfiles(ids: string[], format: ExportFormat): Promise<Exported>;
  /** Saves them where the user says; null when they do not say. */
  saveExport(ids: string[], file: ExportFile): Promise<ExportSaved | null>;
  /** The commands that have a terminal's programs go through the local port, the usual shell of the system first. */
  terminalCommands(): Promise<TerminalCommand[]>;
  /** Puts this into the clipboard, for a minute: it holds passwords. */
  copy(text: string): Promise<void>;
  /** The QR code of a saved profile's link as an SVG document; null when there is none. */
  qr(id: string): Promise<string | null>;
  /** What stands in the list behind a URL; it is fetched now. The command `addSubscription` with its id saves that. */
  previewSubscription(url: string): Promise<SubscriptionPreview>;
  /** The user's own rules as they were written. */
  rules(): Promise<string>;
  /** What a text of rules would put in force. */
  previewRules(text: string): Promise<RulesPreview>;
  /** The same two for the rules of the script (PAC) alone; the command is `savePacRules`. */
  pacRules(): Promise<string>;
  previewPacRules(text: string): Promise<RulesPreview>;
  /** Why no list of rules is fetched from there; null when one is. The command `addRuleList` adds it. */
  checkRuleList(url: string): Promise<RuleListFault | null>;
  /** What the rules have decided since Parasol was started. */
  ruleHits(): Promise<RuleHits>;
  /** Which way a host goes; null when it is none. */
  explain(host: string): Promise<Explained | null>;
  /** Every step of the last test of a profile; null when there was none, or its server is another now. */
  tested(id: string): Promise<Tested | null>;
  /** Tests the server of a draft, which need not be saved; null when the draft is faulty. */
  testDraft(draft: ProfileDraft): Promise<Tested | null>;
  /** What is wrong with what servers are to be tested with; null when nothing is. The command `setProbe` sets it. */
  checkProbe(url: string, nameServer: string): Promise<ProbeFault | null>;
  /** The states before this one, the newest first. */
  earlierStates(): Promise<EarlierState[]>;
  /** What going back to one of them would change; null when it is gone. The command `restore` goes there. */
  lookAtEarlier(untilMs: number): Promise<Candidate | null>;
  /**
   * Writes everything, secrets too, into one file where the user says, which the passphrase alone opens if there is one;
   * null when they do not say.
   */
  backUp(passphrase: string | null): Promise<BackUpAnswer | null>;
  /** Has the user choose a backup; its name, or null when they choose none. */
  chooseBackup(): Promise<string | null>;
  /** What going to the backup that was chosen would change. The command `restore` goes there. */
  lookAtBackup(passphrase: string | null): Promise<BackupLook>;
  /** Links that the system handed over since the last call; null when there are none. */
  handedLinks(): Promise<Handed | null>;
  /** Calls when there are some. */
  onHandedLinks(handed: () => void): Stop;
  /** Calls with the files that were dropped on the window, where the web view takes none; and while some are held over it. */
  onDroppedFiles(over: (over: boolean) => void, dropped: (files: Readable[]) => void): Stop;
  /** Which program the desktop starts when a link is pressed. */
  linkOpener(): Promise<OpenerView>;
  /** Has this one be it, or no longer; and which it is then. */
  setLinkOpener(ours: boolean): Promise<OpenerView>;
  /** Whether the system starts Parasol when its user logs in. */
  loginStart(): Promise<LoginStartView>;
  /** Has it do so, or no longer; and whether it does then. */
  setLoginStart(on: boolean): Promise<LoginStartView>;
  /** Calls with the last two minutes and then with a sample each second, until stopped. */
  watch(seen: (watched: Watched) => void, failed: Failed): Stop;
  /** How much has moved, that far back; null when the program is ending. */
  traffic(range: TrafficRange): Promise<TrafficSeen | null>;
  /** How much has gone through each profile that was used, and when last; null when the program is ending. */
  profileUses(): Promise<ProfileUse[] | null>;
  /** Calls with all connections and then each second with what is new, until stopped. */
  watchConnections(seen: (news: ConnectionsSeen) => void, failed: Failed): Stop;
  /** Calls with all lines of the log and then with what is new, until stopped. */
  watchLog(seen: (news: LogSeen) => void, failed: Failed): Stop;
  /** What the log says of a span of time, both ends included: the last 2,000 lines of it. */
  logBetween(fromMs: number, toMs: number): Promise<LogLine[]>;
  /** Forgets every line of the log, in the file too. */
  clearLog(): Promise<void>;
  /** Diagnoses, and calls with what it has found as it goes on; until stopped, or another one is begun. */
  diagnose(seen: (diagnosis: Diagnosis) => void, failed: Failed): Stop;
  /** The last one as a text for others; null when there was none. */
  diagnosisReport(withServer: boolean): Promise<string | null>;
  /** Opens the system's settings of date and time; false when that cannot be done here. */
  openClockSettings(): Promise<boolean>;
  /** Where Parasol keeps its own files. */
  ownFiles(): Promise<OwnFilesView>;
  /** Shows one in the system's file manager, or tells why not. */
  showOwnFile(file: OwnFile): Promise<FileShown>;
  /** Saves a text where the user says, who is offered this name; null when they do not say. */
  saveText(name: string, text: string): Promise<ExportSaved | null>;
  /** Calls when the window was asked to close and the user must say what that means. */
  onCloseRequested(asked: () => void): Stop;
  /** Keeps the window open when it is asked to close, and calls instead, until stopped. */
  holdClose(asked: () => void): Stop;
  /** Ends the program and gives the system proxy back. */
  quit(): Promise<void>;
  /** What does the work has ended by itself: nothing that is asked for is done any more. */
  onEnded(ended: () => void): Stop;
  /** Has another Parasol take the place of this one. */
  startAgain(): Promise<void>;
  /** Takes the window away without asking again; the state's `onClose` says whether the program goes on. */
  closeWindow(): Promise<void>;
}
