// The real backend, and the only file that imports Tauri.
import { Channel, invoke } from '@tauri-apps/api/core';
import { type EventCallback, listen, TauriEvent } from '@tauri-apps/api/event';

import type { Backend, Failed, Readable, Stop } from './backend';
import type { AppState } from './bindings/AppState';
import type { BackUpAnswer } from './bindings/BackUpAnswer';
import type { BackupLook } from './bindings/BackupLook';
import type { Candidate } from './bindings/Candidate';
import type { ConnectionsSeen } from './bindings/ConnectionsSeen';
import type { DroppedFile } from './bindings/DroppedFile';
import type { Diagnosis } from './bindings/Diagnosis';
import type { EarlierState } from './bindings/EarlierState';
import type { Explained } from './bindings/Explained';
import type { Exported } from './bindings/Exported';
import type { ExportSaved } from './bindings/ExportSaved';
import type { FieldProblem } from './bindings/FieldProblem';
import type { FileShown } from './bindings/FileShown';
import type { Handed } from './bindings/Handed';
import type { ImportPreview } from './bindings/ImportPreview';
import type { LogLine } from './bindings/LogLine';
import type { LogSeen } from './bindings/LogSeen';
import type { LoginStartView } from './bindings/LoginStartView';
import type { OpenerView } from './bindings/OpenerView';
import type { OwnFilesView } from './bindings/OwnFilesView';
import type { PortFieldProblem } from './bindings/PortFieldProblem';
import type { Look } from './bindings/Look';
import type { MethodView } from './bindings/MethodView';
import type { ProbeFault } from './bindings/ProbeFault';
import type { ProfileUse } from './bindings/ProfileUse';
import type { RuleHits } from './bindings/RuleHits';
import type { RuleListFault } from './bindings/RuleListFault';
import type { RulesPreview } from './bindings/RulesPreview';
import type { SubscriptionPreview } from './bindings/SubscriptionPreview';
import type { TerminalCommand } from './bindings/TerminalCommand';
import type { Tested } from './bindings/Tested';
import type { TrafficSeen } from './bindings/TrafficSeen';
import type { Watched } from './bindings/Watched';

/** What the program reads when its turn comes: a bound of its own keeps it from reading more than an import takes. */
const readable = ({ id, name }: DroppedFile): Readable => ({
  name,
  slice: () => ({ arrayBuffer: () => invoke<ArrayBuffer>('dropped_file', { id }) }),
});

/** The window's label in the shell. */
const WINDOW = 'main';

/** Listens until stopped. */
function on<T>(event: string, called: EventCallback<T>, target?: { kind: 'WebviewWindow'; label: string }): Stop {
  let stopped = false;
  const listening = listen<T>(
    event,
    (message) => {
      if (!stopped) called(message);
    },
    target && { target },
  );
  return () => {
    if (stopped) return;
    stopped = true;
    void listening.then((forget) => forget());
  };
}

/** A stream into a channel. Its calls go one after the other, so that an end never overtakes the beginning that follows it. */
function streaming<T>(begin: string, end: string): (seen: (one: T) => void, failed: Failed) => Stop {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (ask: () => Promise<unknown>, failed: Failed) => {
    turn = turn.then(ask).catch(failed);
  };
  return (seen, failed) => {
    let stopped = false;
    const channel = new Channel<T>((one) => {
      if (!stopped) seen(one);
    });
    inTurn(
      () => invoke(begin, { channel }),
      (cause) => !stopped && failed(cause),
    );
    return () => {
      if (stopped) return;
      stopped = true;
      // One that cannot be ended is not listened to: nobody misses anything.
      inTurn(() => invoke(end), console.error);
    };
  };
}

export const tauri: Backend = {
  state: () => invoke<AppState | null>('state'),
  onState: (changed) => on<AppState>('state-changed', ({ payload }) => changed(payload)),
  send: (command) => invoke('send', { command }),
  check: (draft) => invoke<FieldProblem[]>('check', { draft }),
  checkPort: (draft) => invoke<PortFieldProblem[]>('check_port', { draft }),
  methods: () => invoke<MethodView[]>('methods'),
  password: (id) => invoke<string>('password', { id }),
  previewImport: (text) => invoke<ImportPreview>('preview_import', { text }),
  // The bytes alone are what is sent: as an argument they would be written out as numbers.
  previewImportFile: (bytes) => invoke<ImportPreview>('preview_import_file', bytes),
  previewCandidate: (id) => invoke<ImportPreview>('preview_candidate', { id }),
  lookAtScreen: () => invoke<Look>('look_at_screen'),
  lookAtClipboard: () => invoke<Look>('look_at_clipboard'),
  pastedText: () => invoke<string | null>('pasted_text'),
  exportProfiles: (ids, format) => invoke<Exported>('export_profiles', { ids, format }),
  saveExport: (ids, file) => invoke<ExportSaved | null>('save_export', { ids, file }),
  saveText: (name, text) => invoke<ExportSaved | null>('save_text', { name, text }),
  terminalCommands: () => invoke<TerminalCommand[]>('terminal_commands'),
  copy: (text) => invoke('copy', { text }),
  qr: (id) => invoke<string | null>('qr', { id }),
  previewSubscription: (url) => invoke<SubscriptionPreview>('preview_subscription', { url }),
  rules: () => invoke<string>('rules'),
  previewRules: (text) => invoke<RulesPreview>('preview_rules', { text }),
  pacRules: () => invoke<string>('pac_rules'),
  previewPacRules: (text) => invoke<RulesPreview>('preview_pac_rules', { text }),
  checkRuleList: (url) => invoke<RuleListFault | null>('check_rule_list', { url }),
  ruleHits: () => invoke<RuleHits>('rule_hits'),
  explain: (host) => invoke<Explained | null>('explain', { host }),
  tested: (id) => invoke<Tested | null>('tested', { id }),
  testDraft: (draft) => invoke<Tested | null>('test_draft', { draft }),
  checkProbe: (url, nameServer) => invoke<ProbeFault | null>('check_probe', { url, nameServer }),
  earlierStates: () => invoke<EarlierState[]>('earlier_states'),
  lookAtEarlier: (untilMs) => invoke<Candidate | null>('look_at_earlier', { untilMs }),
  backUp: (passphrase) => invoke<BackUpAnswer | null>('back_up', { passphrase }),
  chooseBackup: () => invoke<string | null>('choose_backup'),
  lookAtBackup: (passphrase) => invoke<BackupLook>('look_at_backup', { passphrase }),
  handedLinks: () => invoke<Handed | null>('handed_links'),
  onHandedLinks: (handed) => on('links-handed', handed),
  onDroppedFiles(over, dropped) {
    const stops = [
      on<boolean>('files-over', ({ payload }) => over(payload)),
      on<DroppedFile[]>('files-dropped', ({ payload }) => dropped(payload.map(readable))),
    ];
    return () => stops.forEach((stop) => stop());
  },
  linkOpener: () => invoke<OpenerView>('link_opener'),
  loginStart: () => invoke<LoginStartView>('login_start'),
  setLoginStart: (on) => invoke<LoginStartView>('set_login_start', { on }),
  setLinkOpener: (ours) => invoke<OpenerView>('set_link_opener', { ours }),
  watch: streaming<Watched>('watch', 'unwatch'),
  profileUses: () => invoke<ProfileUse[] | null>('profile_uses'),
  traffic: (range) => invoke<TrafficSeen | null>('traffic', { range }),
  watchConnections: streaming<ConnectionsSeen>('watch_connections', 'unwatch_connections'),
  watchLog: streaming<LogSeen>('watch_log', 'unwatch_log'),
  logBetween: (fromMs, toMs) => invoke<LogLine[]>('log_between', { fromMs, toMs }),
  clearLog: () => invoke('clear_log'),
  diagnose: streaming<Diagnosis>('diagnose', 'end_diagnosis'),
  diagnosisReport: (withServer) => invoke<string | null>('diagnosis_report', { withServer }),
  openClockSettings: () => invoke<boolean>('open_clock_settings'),
  ownFiles: () => invoke<OwnFilesView>('own_files'),
  showOwnFile: (file) => invoke<FileShown>('show_own_file', { file }),
  onCloseRequested: (asked) =>
    on('close-requested', () => {
      invoke('hears_close').catch(console.error);
      asked();
    }),
  // Tauri itself keeps a window open for as long as the page listens for this event of that very window.
  holdClose: (asked) => on(TauriEvent.WINDOW_CLOSE_REQUESTED, asked, { kind: 'WebviewWindow', label: WINDOW }),
  quit: () => invoke('quit'),
  onEnded: (ended) => on('ended', ended),
  startAgain: () => invoke('start_again'),
  closeWindow: () => invoke('close_window'),
};
