import type { Backend, Stop } from '../backend';
import type { AppState } from '../bindings/AppState';
import type { Command } from '../bindings/Command';
import type { FieldProblem } from '../bindings/FieldProblem';
import type { Exported } from '../bindings/Exported';
import type { ExportFile } from '../bindings/ExportFile';
import type { ExportFormat } from '../bindings/ExportFormat';
import type { ExportSaved } from '../bindings/ExportSaved';
import type { ImportPreview } from '../bindings/ImportPreview';
import type { Language } from '../bindings/Language';
import type { PortDraft } from '../bindings/PortDraft';
import type { PortFieldProblem } from '../bindings/PortFieldProblem';
import type { ProfileDraft } from '../bindings/ProfileDraft';
import type { ProfileUse } from '../bindings/ProfileUse';
import type { ProfileView } from '../bindings/ProfileView';
import type { BackUpAnswer } from '../bindings/BackUpAnswer';
import type { BackupLook } from '../bindings/BackupLook';
import type { Candidate } from '../bindings/Candidate';
import type { ConnectionsSeen } from '../bindings/ConnectionsSeen';
import type { EarlierState } from '../bindings/EarlierState';
import type { Explained } from '../bindings/Explained';
import type { RulesPreview } from '../bindings/RulesPreview';
import type { SubscriptionPreview } from '../bindings/SubscriptionPreview';
import type { Tested } from '../bindings/Tested';
import type { TrafficRange } from '../bindings/TrafficRange';
import type { TrafficSeen } from '../bindings/TrafficSeen';
import type { Watched } from '../bindings/Watched';
import { codes } from '../../text/languages';
import { explain, readAcl, readPacAcl } from './acl';
import { afterChoice } from './choices';
import { FakeConnections } from './connections';
import { Deleted } from './deleted';
import { Desk } from './desk';
import { exported } from './exports';
import { afterGroup } from './groups';
import { lookOf, type Offered, offerOf, SEEN, type Sights } from './imports';
import { afterList, type OfferedList, previewOf } from './lists';
import { Kept } from './kept';
import { withPort } from './ports';
import { afterRuleList } from './ruleLists';
import { check, checkPort, methodNamed, methods } from './rules';
import { Samples } from './samples';
import { profiles as known, type Scene, scene, type SceneName, sceneNames, titled, type Untitled, verdicts } from './scene';
import { moved, unlocked } from './secrets';
import { hindrance } from './starting';
import { checkProbe, summary, tested } from './tests';
import { past, usesOf } from './past';
import { history, sample } from './traffic';

/** What every profile of a scene has for a password: a key of 32 bytes. */
const SOME_KEY = 'c29tZSBrZXkgb2YganVzdCAzMiBieXRlcywgZmluZSE=';

/** What an ordinary evening has open. */
const SOME_CONNECTIONS = 20;

type Saved = Untitled & { password: string };

/** Plays the program behind the window: no network, no files, and every answer at once. */
export class Fake extends Desk implements Backend {
  /** A browser's own clipboard is what is pasted; a test may say otherwise. */
  pastedText: Backend['pastedText'];
  #scene: Scene;
  #state: AppState;
  #passwords = new Map<string, string>();
  #deleted = new Deleted();
  #nextId = 100;
  /** The list that was shown last. */
  #offeredList: OfferedList | undefined;
  #kept: Kept;
  /** The backup that was chosen last. */
  #chosen = '';
  /** What the last preview would do. */
  #offered: Offered = { id: 0, good: [], changed: [] };
  #states = new Set<(state: AppState) => void>();
  #closing = new Set<() => void>();
  readonly #samples = new Samples();
  readonly connections = new FakeConnections();
  /** Every command that was sent, in order. */
  readonly sent: Command[] = [];
  sights: Sights = { screen: SEEN, clipboard: SEEN };

  constructor(name: SceneName, { language = 'system', now = Date.now() }: { language?: Language; now?: number } = {}) {
    super(name);
    this.#scene = scene(name, now);
    this.#state = { ...this.#scene.state, language };
    this.diagnosis.hangsAt = this.#scene.hangs;
    this.diagnosis.faults = this.#scene.faults ?? {};
    this.#kept = new Kept(this.#scene.earlier);
    if (this.#state.actual.kind === 'on') this.#connect(now);
  }

  state = () => Promise.resolve(this.#state);

  onState(changed: (state: AppState) => void): Stop {
    this.#states.add(changed);
    return () => void this.#states.delete(changed);
  }

  async send(command: Command) {
    this.sent.push(command);
    this.#obey(command);
  }

  check = (draft: ProfileDraft): Promise<FieldProblem[]> => Promise.resolve(this.#check(draft));
  checkPort = (draft: PortDraft): Promise<PortFieldProblem[]> => Promise.resolve(this.#checkPort(draft));
  methods = () => Promise.resolve(methods);
  password = (id: string) => Promise.resolve(this.#password(id));

  previewImport(text: string): Promise<ImportPreview> {
    const { offered, preview } = offerOf(this.#offered.id + 1, text, this.#state.profiles);
    this.#offered = offered;
    return Promise.resolve(preview);
  }

  previewImportFile = (bytes: Uint8Array) => this.previewImport(new TextDecoder().decode(bytes));

  async previewCandidate(id: number): Promise<ImportPreview> {
    const { text } = exported(this.#kept.held(id), 'links', (id) => this.#password(id));
    const preview = await this.previewImport(text);
    return text ? { ...preview, format: 'parasol' } : { ...preview, id: 0, refused: [] };
  }

  lookAtScreen = () => lookOf(this.sights.screen, 'screen', (text) => this.previewImport(text));
  lookAtClipboard = () => lookOf(this.sights.clipboard, 'links', (text) => this.previewImport(text));

  exportProfiles(ids: string[], format: ExportFormat): Promise<Exported> {
    const chosen = this.#state.profiles.filter(({ id }) => ids.includes(id));
    return Promise.resolve(exported(chosen, format, (id) => this.#password(id)));
  }

  qr(id: string): Promise<string | null> {
    const there = this.#state.profiles.some((profile) => profile.id === id && !profile.builtin);
    return Promise.resolve(there ? '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>' : null);
  }

  previewSubscription(url: string): Promise<SubscriptionPreview> {
    this.#offeredList = { preview: previewOf(this.#nextId++, url) };
    return Promise.resolve(this.#offeredList.preview);
  }

  rules = () => Promise.resolve(this.#scene.rules);

  previewRules(text: string): Promise<RulesPreview> {
    const { rules, refused } = readAcl(text);
    return Promise.resolve({ rules: rules.length, refused, more: 0, tooLong: text.length > this.#state.routing.maxBytes });
  }

  pacRules = () => Promise.resolve(this.#scene.pacRules ?? '');

  previewPacRules(text: string): Promise<RulesPreview> {
    const { rules, refused } = readPacAcl(text);
    return Promise.resolve({ rules: rules.length, refused, more: 0, tooLong: text.length > this.#state.routing.maxBytes });
  }

  explain = (host: string): Promise<Explained | null> =>
    Promise.resolve(explain(host, this.#state.routing, readAcl(this.#scene.rules).rules));

  async tested(id: string): Promise<Tested | null> {
    const ended = this.#state.tests.ended.find((one) => one.id === id);
    const profile = this.#state.profiles.find((one) => one.id === id);
    return ended && profile ? tested(profile, ended.atMs) : null;
  }

  testDraft = (draft: ProfileDraft): Promise<Tested | null> =>
    Promise.resolve(
      this.#check(draft).length ? null : tested({ builtin: false, server: draft.server.trim(), port: Number(draft.port) }, Date.now()),
    );

  checkProbe = (url: string, nameServer: string) => Promise.resolve(checkProbe(url, nameServer));

  earlierStates = (): Promise<EarlierState[]> => Promise.resolve(this.#kept.list(this.#state.profiles));

  async lookAtEarlier(untilMs: number): Promise<Candidate | null> {
    const profiles = this.#kept.at(untilMs);
    return profiles ? this.#hold(profiles) : null;
  }

  async saveExport(ids: string[], file: ExportFile): Promise<ExportSaved | null> {
    const path = this.dialog();
    if (path === null) return null;
    const format = file === 'sip008' || file === 'config' ? file : 'links';
    const { text } = await this.exportProfiles(ids, format);
    if (text === '') return { kind: 'nothing' };
    this.saved = { path, file };
    return { kind: 'done', path };
  }

  async backUp(passphrase: string | null): Promise<BackUpAnswer | null> {
    const path = this.dialog();
    if (path === null) return null;
    if (passphrase === '') return { kind: 'failed', fault: { code: 'emptyPassphrase' } };
    this.#kept.backUp(path, passphrase, this.#state.profiles);
    return { kind: 'done', path, missing: this.#state.secrets.locked };
  }

  async chooseBackup(): Promise<string | null> {
    this.#chosen = this.dialog() ?? this.#chosen;
    return this.dialog() === null ? null : this.#chosen.replace(/^.*\//, '');
  }

  async lookAtBackup(passphrase: string | null): Promise<BackupLook> {
    const opened = this.#kept.open(this.#chosen, passphrase);
    return Array.isArray(opened) ? { kind: 'open', candidate: this.#hold(opened) } : { kind: 'failed', fault: opened };
  }

  watch(seen: (watched: Watched) => void): Stop {
    const before = () => history(this.#scene, this.#state, Date.now());
    return this.#samples.watch(before, () => sample(this.#scene, this.#state, Date.now()), seen);
  }

  traffic = (range: TrafficRange): Promise<TrafficSeen | null> => Promise.resolve(past(this.#scene.traffic, this.#state, range, Date.now()));

  profileUses = (): Promise<ProfileUse[] | null> => Promise.resolve(usesOf(this.#scene.traffic, this.#state, Date.now()));

  diagnose: Backend['diagnose'] = (seen) => this.diagnosis.begin(this.#state, seen);

  watchConnections = (seen: (news: ConnectionsSeen) => void): Stop => this.connections.watch(seen);

  onCloseRequested(asked: () => void): Stop {
    this.#closing.add(asked);
    if (this.#scene.closing) queueMicrotask(asked);
    return () => void this.#closing.delete(asked);
  }

  async closeWindow() {
    this.ended = this.#state.onClose === 'quit' ? 'quit' : 'closed';
  }

  /** What the window's close button does in the shell. */
  pressClose() {
    if (this.holding.size) this.holding.forEach((asked) => asked());
    else if (this.#state.onClose === 'ask') this.#closing.forEach((asked) => asked());
    else void this.closeWindow();
  }

  /** These are what was given up from now on. */
  giveUp(groups: Scene['givenUp']) {
    this.#scene = { ...this.#scene, givenUp: groups };
    this.#samples.tell();
  }

  /** Something happens without being asked for. */
  show(change: Partial<AppState>) {
    this.#change(change);
  }

  #password(id: string) {
    return this.#passwords.get(id) ?? SOME_KEY;
  }

  #check(draft: ProfileDraft) {
    const saved = this.#state.profiles.find(({ id }) => id === draft.id);
    return check(draft, saved && { builtin: saved.builtin, password: this.#password(saved.id) });
  }

  #checkPort(draft: PortDraft) {
    const others = this.#state.ports.filter(({ id }) => id !== draft.id).map(({ port }) => port);
    const saved = this.#state.ports.find(({ id }) => id === draft.id);
    return checkPort(draft, [this.#state.localPort, ...others], saved?.passwordSet ?? false);
  }

  #savePort(draft: PortDraft) {
    if (this.#checkPort(draft).length) return;
    const { ports, actual } = this.#state;
    this.#change({ ports: withPort(ports, draft, `port${this.#nextId++}`, actual.kind === 'on') });
  }

  #change(change: Partial<AppState>) {
    const before = this.#state.profiles;
    if (change.profiles && change.profiles !== before && before.length) this.#kept.note(before);
    this.#state = { ...this.#state, ...change };
    this.#states.forEach((changed) => changed(this.#state));
  }

  /** All at once, with the waiting to be seen in between. */
  #test(profiles: ProfileView[]) {
    const ids = profiles.map(({ id }) => id);
    const { tests } = this.#state;
    this.#change({ tests: { ...tests, waiting: ids, asked: ids.length } });
    if (this.#scene.stuck) return;
    const others = tests.ended.filter(({ id }) => !ids.includes(id));
    const ended = profiles.map((profile) => summary(profile.id, tested(profile, Date.now())));
    this.#change({ tests: { ...tests, waiting: [], asked: ids.length, ended: [...others, ...ended] } });
  }

  #add(profile: Omit<Saved, 'id'>, id = `p${this.#nextId++}`) {
    const { password, ...shown } = profile;
    this.#passwords.set(id, password);
    this.#change({ profiles: [...this.#state.profiles, titled({ ...shown, id })], active: this.#state.active ?? id });
    return id;
  }

  #setOn(on: boolean) {
    const { systemProxy } = this.#state;
    if (!on) {
      this.#change({ wanted: false, actual: { kind: 'stopping' } });
      this.connections.close();
      if (this.#scene.stuck) return;
      this.#change({ actual: { kind: 'off' }, systemProxy: { ...systemProxy, actual: { kind: 'unset' } } });
      return;
    }
    this.#change({ wanted: true, actual: { kind: 'starting' } });
    if (this.#scene.stuck) return;
    const problem = hindrance(this.#state);
    if (problem) return this.#change({ actual: { kind: 'failed', problem } });
    this.#change({ actual: { kind: 'on', sinceMs: Date.now() } });
    this.#connect(Date.now());
    this.#setProxy(systemProxy.wanted);
  }

  #connect(now: number) {
    this.connections.begin(this.#scene.connections ?? (this.#scene.traffic ? SOME_CONNECTIONS : 0), verdicts, now);
    this.connections.tell(now);
  }

  #setProxy(mode: AppState['systemProxy']['wanted']) {
    const set = mode !== 'leave' && this.#state.actual.kind === 'on';
    this.#change({ systemProxy: { wanted: mode, actual: { kind: set ? 'set' : 'unset' } } });
  }

  #save(draft: ProfileDraft) {
    if (this.#check(draft).length) return;
    const saved = this.#state.profiles.find(({ id }) => id === draft.id);
    const server = draft.server.trim();
    const port = Number(draft.port);
    const shown = {
      server,
      port,
      method: draft.method,
      legacy: methodNamed(draft.method)?.legacy ?? false,
      legacyApproved: saved?.method === draft.method && saved.legacyApproved,
      oneTimeAuth: draft.oneTimeAuth && (methodNamed(draft.method)?.oneTimeAuth ?? false),
      plugin: draft.plugin.trim(),
      pluginOpts: draft.pluginOpts,
      pluginApproved: true,
      notes: draft.notes,
      name: draft.name.trim(),
    };
    if (draft.id === null) return void this.#add({ ...shown, builtin: false, passwordLocked: false, password: draft.password ?? '' });
    if (draft.password !== null) this.#passwords.set(draft.id, draft.password);
    const passwordLocked = draft.password === null && (saved?.passwordLocked ?? false);
    const { name, notes } = shown;
    const profiles = this.#state.profiles.map((saved) => {
      if (saved.id !== draft.id) return saved;
      return titled(saved.builtin ? { ...saved, name, notes } : { ...saved, ...shown, passwordLocked });
    });
    this.#change({ profiles });
  }

  #approve(id: string, approved: Partial<ProfileView>) {
    const profiles = this.#state.profiles.map((saved) => (saved.id === id ? { ...saved, ...approved } : saved));
    this.#change({ profiles });
    this.#setOn(this.#state.wanted);
  }

  #delete(id: string) {
    const used = this.#state.active === id;
    const change = this.#deleted.delete(this.#state, id);
    if (!change) return;
    this.#change(change);
    // Nobody's traffic goes through a server that they did not choose.
    if (used && this.#state.wanted) this.#setOn(false);
  }

  #undo() {
    const change = this.#deleted.undo(this.#state);
    if (change) this.#change(change);
  }

  #import(id: number, leaveOut: number[]) {
    if (id !== this.#offered.id) return;
    const good = this.#offered.good.filter(({ index }) => !leaveOut.includes(index));
    const ids = new Map(this.#offered.changed.map(({ entry, profile }) => [entry.index, profile]));
    this.#offered = { id, good: [], changed: [] };
    for (const { index, plugin, ...rest } of good) {
      const id = ids.get(index);
      const profiles = this.#state.profiles.map((saved) => {
        return saved.id === id ? titled({ ...saved, name: rest.name, method: rest.method, legacy: rest.legacy }) : saved;
      });
      if (id !== undefined) this.#change({ profiles });
      else this.#add({ ...rest, builtin: false, passwordLocked: false, plugin: plugin ?? '', pluginOpts: '', pluginApproved: false, legacyApproved: false, oneTimeAuth: false, notes: '' });
    }
    const changed = good.filter(({ index }) => ids.has(index)).length;
    const event = { kind: 'imported' as const, added: good.length - changed, changed };
    if (good.length > 0) this.#change({ notices: [...this.#state.notices, { id: this.#nextId++, event }] });
  }

  #unlock() {
    const change = unlocked(this.#state);
    if (!change) return;
    this.#change(change);
    if (this.#state.wanted) this.#setOn(true);
  }

  #hold(profiles: ProfileView[]): Candidate {
    return this.#kept.hold(this.#nextId++, this.#state.profiles, profiles);
  }

  #restore(id: number) {
    const profiles = this.#kept.take(id);
    if (!profiles) return;
    const active = profiles.some((profile) => profile.id === this.#state.active) ? this.#state.active : (profiles[0]?.id ?? null);
    if (active !== this.#state.active && this.#state.wanted) this.#setOn(false);
    const notices = [...this.#state.notices, { id: this.#nextId++, event: { kind: 'restored' as const } }];
    this.#change({ profiles, active, undo: null, notices });
  }

  #tryBuiltin() {
    const there = this.#state.profiles.find(({ builtin }) => builtin);
    const { id, ...profile } = known.builtin;
    this.#scene.traffic = true;
    this.#change({ active: there?.id ?? this.#add({ ...profile, password: '' }, id) });
    this.#setOn(true);
  }

  #move(id: string, to: number) {
    const from = this.#state.profiles.findIndex((profile) => profile.id === id);
    const profile = this.#state.profiles[from];
    if (profile) this.#change({ profiles: this.#state.profiles.toSpliced(from, 1).toSpliced(to, 0, profile) });
  }

  #obey(command: Command): void {
    const change =
      afterList(this.#state, command, this.#offeredList) ??
      afterRuleList(this.#state, command) ??
      afterGroup(this.#state, command, () => `group${this.#nextId++}`) ??
      afterChoice(this.#state, command);
    if (change) return this.#change(change);
    switch (command.kind) {
      case 'closeConnections':
        return this.connections.close(command.ids);
      case 'setOn':
        return this.#setOn(command.on);
      case 'toggle':
        return this.#setOn(!this.#state.wanted);
      case 'selectProfile':
        return this.#change({ active: command.id, group: null });
      case 'testProfile':
        return this.#test(this.#state.profiles.filter(({ id }) => id === command.id));
      case 'testAll':
        return this.#test(this.#state.profiles);
      case 'setProbe':
        if (checkProbe(command.url, command.nameServer)) return;
        return this.#change({ tests: { ...this.#state.tests, url: command.url.trim(), nameServer: command.nameServer.trim() } });
      case 'setTimeouts':
        if (Object.values(command.timeouts).some((seconds) => seconds < 1 || seconds > this.#state.timeouts.most)) return;
        return this.#change({ timeouts: { ...this.#state.timeouts, set: command.timeouts } });
      case 'setSystemProxy':
        return this.#setProxy(command.mode);
      case 'setLocalPort':
        this.#change({ localPort: command.port, portRefused: null });
        return this.#state.wanted ? this.#setOn(true) : undefined;
      case 'savePort':
        return this.#savePort(command.draft);
      case 'saveRules':
        this.#scene.rules = command.text;
        return this.#change({ routing: { ...this.#state.routing, rules: readAcl(command.text).rules.length } });
      case 'savePacRules':
        this.#scene.pacRules = command.text;
        return this.#change({ routing: { ...this.#state.routing, pacRules: readPacAcl(command.text).rules.length } });
      case 'saveProfile':
        return this.#save(command.draft);
      case 'approvePlugin':
        return this.#approve(command.id, { pluginApproved: true });
      case 'approveLegacy':
        return this.#approve(command.id, { legacyApproved: true });
      case 'deleteProfile':
        return this.#delete(command.id);
      case 'undoDelete':
        return this.#undo();
      case 'moveProfile':
        return this.#move(command.id, command.to);
      case 'import':
        return this.#import(command.id, command.leaveOut);
      case 'dropImport':
        return void (this.#offered = { id: this.#offered.id, good: [], changed: [] });
      case 'tryBuiltin':
        return this.#tryBuiltin();
      case 'unlockSecrets':
        return this.#unlock();
      case 'moveSecrets':
        return this.#change({ secrets: moved(this.#state.secrets, command.to) });
      case 'restore':
        return this.#restore(command.id);
    }
  }
}

/** The fake that the page's address asks for: `?scene=failed&language=fa`. */
export function fakeFrom(search: string): Fake {
  const asked = new URLSearchParams(search);
  const language = codes.find((code) => code === asked.get('language'));
  return new Fake(sceneNames.find((name) => name === asked.get('scene')) ?? 'on', language && { language });
}
