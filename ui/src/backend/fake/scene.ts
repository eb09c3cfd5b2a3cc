import type { AppState } from '../bindings/AppState';
import type { DiagnosisStep } from '../bindings/DiagnosisStep';
import type { Event } from '../bindings/Event';
import type { GivenUp } from '../bindings/GivenUp';
import type { GroupView } from '../bindings/GroupView';
import type { MemberView } from '../bindings/MemberView';
import type { PortView } from '../bindings/PortView';
import type { Problem } from '../bindings/Problem';
import type { ProfileView } from '../bindings/ProfileView';
import type { RoutingView } from '../bindings/RoutingView';
import type { SecretsView } from '../bindings/SecretsView';
import type { StageCode } from '../bindings/StageCode';
import type { SubscriptionView } from '../bindings/SubscriptionView';
import type { TestsView } from '../bindings/TestsView';
import type { TimeoutsDraft } from '../bindings/TimeoutsDraft';
import type { TestSummary } from '../bindings/TestSummary';
import type { TestVerdict } from '../bindings/TestVerdict';
import type { VerdictCode } from '../bindings/VerdictCode';
import { address } from '../../text/address';
import type { FakeDiagnosis } from './diagnosis';
import type { Earlier } from './earlier';
import { someRuleLists } from './ruleLists';

/** Where a play begins. */
export interface Scene {
  state: AppState;
  givenUp: GivenUp[];
  /** The user's own rules. */
  rules: string;
  /** Those for the script (PAC) alone. */
  pacRules?: string;
  /** Bytes flow while on. */
  traffic: boolean;
  /** So many connections are open while on; without it, some where bytes flow. */
  connections?: number;
  /** What the last flow met on its way, when that was bad. */
  broken?: VerdictCode;
  /** A diagnosis stays at this step. */
  hangs?: DiagnosisStep;
  /** What else a diagnosis finds. */
  faults?: FakeDiagnosis['faults'];
  /** Switching on stops half way, so that it can be looked at. */
  stuck?: boolean;
  /** The lists before this one, the newest first. */
  earlier?: Earlier[];
  /** The window is asked to close at once. */
  closing?: boolean;
}

const BUILTIN = 'Built-in server';

/** A profile without what the program says of it by itself. */
export type Untitled = Omit<ProfileView, 'title' | 'subscription' | 'gone'> & Partial<Pick<ProfileView, 'subscription' | 'gone'>>;

/** With the title that the program would give it; from no subscription unless it says so. */
export function titled(profile: Untitled): ProfileView {
  const { name, server, port, builtin } = profile;
  return { subscription: null, gone: false, ...profile, title: name || (builtin ? BUILTIN : address(server, port)) };
}

const tokyo = titled({
  id: 'p1',
  name: 'Tokyo',
  server: 'tk1.example.net',
  port: 8388,
  method: 'aes-256-gcm',
  builtin: false,
  passwordLocked: false,
  plugin: '',
  pluginOpts: '',
  pluginApproved: false,
  legacy: false,
  legacyApproved: false,
  oneTimeAuth: false,
  notes: '',
});
const frankfurt = titled({
  id: 'p2',
  name: 'Frankfurt',
  server: '203.0.113.40',
  port: 443,
  method: '2022-blake3-aes-256-gcm',
  builtin: false,
  passwordLocked: false,
  plugin: '',
  pluginOpts: '',
  pluginApproved: false,
  legacy: false,
  legacyApproved: false,
  oneTimeAuth: false,
  notes: 'Renewed in May. Ask Lena for the next key.',
});
const builtin = titled({
  id: 'p3',
  name: BUILTIN,
  server: '',
  port: 0,
  method: '2022-blake3-aes-256-gcm',
  builtin: true,
  passwordLocked: false,
  plugin: '',
  pluginOpts: '',
  pluginApproved: false,
  legacy: false,
  legacyApproved: false,
  oneTimeAuth: false,
  notes: '',
});

const cfb = { method: 'aes-256-cfb', legacy: true, oneTimeAuth: true };

export const profiles = { tokyo, frankfurt, builtin };

const portTaken = { code: 'portTaken', port: 1080, process: 'ss-local', pid: 4242, udp: false, nextFree: 1081 } satisfies Problem;

function routing(change: Partial<RoutingView>): RoutingView {
  return { mode: 'rules', localDirect: true, rules: 0, maxBytes: 1 << 20, pacRules: 0, lists: [], maxLists: 16, reading: false, ...change };
}

function secrets(change: Partial<SecretsView>): SecretsView {
  return { place: 'keyStore', keyStore: { kind: 'ready' }, locked: 0, waiting: 0, busy: false, notMoved: null, ...change };
}

const usual = { handshake: 10, resolve: 10, connect: 10, firstByte: 60, idle: 300, halfClosed: 60 } satisfies TimeoutsDraft;

const someTests: TestsView = { waiting: [], asked: 0, ended: [], url: 'http://www.gstatic.com/generate_204', nameServer: '9.9.9.9' };

function worked(id: string, now: number): TestSummary {
  return { id, atMs: now - 60_000, verdict: { kind: 'works' }, firstByteMicros: 131_000 };
}

/** A profile for each thing that can come of a test, and that. */
function someTested(now: number): { profiles: ProfileView[]; tests: Partial<TestsView> } {
  const come: TestVerdict[] = [
    ...(['worksWithoutUdp', 'nameNotFound', 'refused', 'noAnswer', 'silent', 'badAnswer', 'targetUnreachable'] as const).map((kind) => ({ kind })),
    { kind: 'closed', bytes: 0 },
    { kind: 'wrongClock', aheadS: 420 },
    { kind: 'unusable', problem: { code: 'pluginMissing', name: 'v2ray-plugin' } },
  ];
  const others = come.map((verdict, i): TestSummary => {
    return { id: `t${i}`, atMs: now - 60_000, verdict, firstByteMicros: verdict.kind === 'worksWithoutUdp' ? 84_000 : null };
  });
  const profiles = others.map(({ id }, i) => titled({ ...tokyo, id, name: '', server: `s${i}.example.net` }));
  return { profiles, tests: { asked: 0, ended: [worked('p1', now), ...others] } };
}

/** One in use that has changed over, one that is not, and one without members. */
function someGroups(now: number): GroupView[] {
  const changed = { atMs: now - 300_000, from: 'Tokyo', to: 'Frankfurt', why: { kind: 'failed' as const } };
  const member = (id: string): MemberView => ({ id, health: 'unknown', latencyMicros: null });
  const members: MemberView[] = [
    { id: 'p1', health: 'bad', latencyMicros: null },
    { id: 'p2', health: 'good', latencyMicros: 84_000 },
    member('p3'),
  ];
  return [
    { id: 'g1', name: 'Home', policy: 'fallback', members, fixed: null, dwellS: 60, changed },
    { id: 'g2', name: 'Soonest', policy: 'fastest', members: [member('p2'), member('p1')], fixed: null, dwellS: 45, changed: null },
    { id: 'g3', name: '', policy: 'random', members: [], fixed: null, dwellS: 60, changed: null },
  ];
}

function state(change: Partial<AppState>): AppState {
  return {
    wanted: false,
    actual: { kind: 'off' },
    profiles: [tokyo, frankfurt, builtin],
    active: 'p1',
    groups: [],
    group: null,
    tests: someTests,
    timeouts: { set: usual, usual, most: 604_800 },
    localPort: 1080,
    portRefused: null,
    ports: [],
    subscriptions: [],
    systemProxy: { wanted: 'set', actual: { kind: 'unset' } },
    routing: routing({}),
    nameServer: '9.9.9.9',
    secrets: secrets({}),
    undo: null,
    notices: [],
    onClose: 'close',
    onAtStart: 'atLogin',
    notify: true,
    log: { level: 'info', targets: false },
    language: 'system',
    theme: 'system',
    seesScreen: true,
    version: '0.1.0',
    ...change,
  };
}

const port = (change: Partial<PortView> & { id: string; port: number }): PortView => ({
  name: '',
  kind: 'mixed',
  target: '',
  profile: null,
  lan: false,
  user: '',
  passwordSet: false,
  passwordLocked: false,
  carries: 'both',
  actual: { kind: 'open' },
  ...change,
});

/** One of each kind, and one that another program is in the way of. */
const ports: PortView[] = [
  port({ id: 'work', name: 'Work', port: 1081, profile: 'p2', lan: true, user: 'lena', passwordSet: true }),
  port({ id: 'mail', name: 'Mail', port: 1993, kind: 'tunnel', target: 'mail.example.org:993', carries: 'tcp' }),
  port({ id: 'dns', name: 'DNS', port: 5353, kind: 'dns', target: '9.9.9.9' }),
  failed({ id: 'games', name: 'Games', port: 1090 }, { ...portTaken, port: 1090, nextFree: 1091 }),
];

/** One for each thing that a port can be waiting or have failed for. */
const troubledPorts: PortView[] = [
  port({ id: 'slow', name: 'Slow', port: 1081, profile: 'obfs', actual: { kind: 'opening' } }),
  failed({ id: 'obfs', port: 1082, profile: 'obfs' }, { code: 'pluginUnapproved', name: 'v2ray-plugin' }),
  failed({ id: 'old', name: 'Old', port: 1083, profile: 'old' }, { code: 'legacyUnapproved', method: 'aes-256-cfb' }),
  failed({ id: 'gone', name: 'Gone', port: 1084, profile: 'gone' }, { code: 'profileGone' }),
  failed(
    { id: 'silent', name: 'A name that goes on and on, as somebody may well give one', port: 65535, kind: 'tunnel', target: 'a-rather-long-name-of-a-host.cdn.example.com:443', carries: 'tcp' },
    { code: 'pluginSilent', name: 'v2ray-plugin', seconds: 10 },
  ),
  failed({ id: 'udp', name: 'Games', port: 1086, profile: 'obfs', carries: 'udp' }, { code: 'pluginNotForPort', name: 'v2ray-plugin' }),
];

function failed(change: Partial<PortView> & { id: string; port: number }, problem: Problem): PortView {
  return port({ ...change, actual: { kind: 'failed', problem } });
}

const on = (now: number): Partial<AppState> => ({
  wanted: true,
  actual: { kind: 'on', sinceMs: now - 6_840_000 },
  systemProxy: { wanted: 'set', actual: { kind: 'set' } },
});

/** A group of flows that were given up. */
export function givenUp(change: Partial<GivenUp> & { verdict: VerdictCode; stage: StageCode; lastMs: number }): GivenUp {
  return { target: null, server: 'tk1.example.net:8388', count: 1, idleMs: 30_000, up: 0, down: 0, ...change };
}

function someGivenUp(now: number): GivenUp[] {
  return [
    givenUp({ target: 'mail.example.org:993', verdict: 'silentServer', stage: 'stream', lastMs: now - 125_000, up: 517 }),
    givenUp({
      target: '10.8.0.4:22',
      server: null,
      verdict: 'noAnswer',
      stage: 'connect',
      lastMs: now - 1_020_000,
      idleMs: 10_000,
      count: 3,
    }),
    givenUp({ verdict: 'silentClient', stage: 'handshake', lastMs: now - 1_500_000, idleMs: 10_000 }),
  ];
}

/** Each verdict, and where in its life a flow gets it. */
export const verdicts: [VerdictCode, StageCode][] = [
  ['silentClient', 'handshake'],
  ['badRequest', 'handshake'],
  ['loginRefused', 'handshake'],
  ['nameNotFound', 'resolve'],
  ['nameTimedOut', 'resolve'],
  ['noAnswer', 'connect'],
  ['refused', 'connect'],
  ['unreachable', 'connect'],
  ['silentServer', 'stream'],
  ['serverClosed', 'stream'],
  ['badAnswer', 'stream'],
  ['badClient', 'handshake'],
  ['idle', 'associate'],
  ['udpUnanswered', 'associate'],
  ['blocked', 'connect'],
  ['noResources', 'connect'],
  ['wrongClock', 'stream'],
];

function manyGivenUp(now: number): GivenUp[] {
  return Array.from({ length: 100 }, (_, i) => {
    const [verdict, stage] = verdicts[i % verdicts.length]!;
    const target = i % 9 === 0 ? null : `${i % 4 === 1 ? 'a-rather-long-name-of-a-host.cdn.' : ''}host${i}.example.com:443`;
    return givenUp({ target, verdict, stage, lastMs: now - i * 61_000, count: 1 + ((i * 7) % 40), up: i * 997, down: i * 31 });
  });
}

function manyProfiles(): ProfileView[] {
  return Array.from({ length: 40 }, (_, i) => titled({
    ...(i % 3 ? tokyo : frankfurt),
    id: `m${i}`,
    name: i === 2 ? 'A name that goes on and on, because somebody pasted the whole offer of a provider' : `Server ${i + 1}`,
    server: i === 3 ? '2001:db8:85a3::8a2e:370:7334' : `s${i + 1}.example.net`,
  }));
}

function someEarlier(now: number): Earlier[] {
  const office = { ...frankfurt, id: 'p9', name: 'Office', title: 'Office' };
  return [
    { untilMs: now - 3_000_000, profiles: [tokyo, frankfurt, builtin, office] },
    { untilMs: now - 86_400_000, profiles: [{ ...tokyo, name: 'Kyoto', title: 'Kyoto', server: 'a-rather-long-name-of-a-host.cdn.example.net' }, office] },
    { untilMs: now - 172_000_000, profiles: [tokyo, frankfurt, builtin] },
  ];
}

const events: Event[] = [
  { kind: 'restoredBackup', kept: '/home/ada/.config/parasol/profiles.json.broken-1' },
  { kind: 'startedEmpty', kept: '/home/ada/.config/parasol/profiles.json.broken-1' },
  { kind: 'profilesLeftOut', count: 1 },
  { kind: 'newerFile', path: '/home/ada/.config/parasol/profiles.json' },
  { kind: 'heldByAnother', path: '/home/ada/.config/parasol/profiles.json' },
  { kind: 'notSaved', cause: 'No space left on device (os error 28)' },
  { kind: 'proxyRecovered' },
  { kind: 'proxyChangedByAnother' },
  { kind: 'trafficAnew', kept: '/home/ada/.config/parasol/traffic.json.unreadable', newer: false },
  { kind: 'restored' },
  { kind: 'wentOff' },
  { kind: 'imported', added: 2, changed: 0 },
];

const HOUR = 3_600_000;
const list = { name: '', locked: false, paused: false, fetching: false, intervalHours: 24, ownIntervalHours: null, fault: null, gone: 0, refused: 0, merged: null };

function someLists(now: number): SubscriptionView[] {
  const usage = { used: 38.2e9, total: 50e9, expiresMs: now + 900 * HOUR };
  const merged = { added: 2, changed: 1, unchanged: 9, removed: 1, kept: 0 };
  return [
    { ...list, id: 'l1', title: 'Northern servers', host: 'lists.example.net', goodMs: now - 2 * HOUR, nextMs: now + 22 * HOUR, usage, profiles: 12, refused: 1, merged },
    {
      ...{ ...list, id: 'l2', title: 'Office', name: 'Office', host: 'down.office.example', goodMs: now - 90 * HOUR, nextMs: now + HOUR, profiles: 1, gone: 1 },
      ...{ fault: { kind: 'badCertificate' as const, host: 'down.office.example', fault: 'expired' as const } },
      ...{ usage: { used: 9.6e9, total: 10e9, expiresMs: now - 30 * HOUR } },
    },
    { ...list, id: 'l3', title: 'slow.example.org', host: 'slow.example.org', goodMs: null, nextMs: null, paused: true, profiles: 0, usage: { used: null, total: null, expiresMs: null } },
  ];
}

const someRules = `# What the office needs
[bypass_list]
||corp.example
198.51.100.0/24

[proxy_list]
|news.corp.example

[outbound_block_list]
||ads.example
(^|\\.)tracker\\d+\\.example$
`;

const scenes = {
  earlier: (now) => ({ state: state(on(now)), earlier: someEarlier(now) }),
  empty: () => ({ state: state({ profiles: [], active: null, systemProxy: { wanted: 'leave', actual: { kind: 'unset' } } }) }),
  off: () => ({ state: state({}) }),
  busy: () => ({ state: state({ wanted: true, actual: { kind: 'starting' } }), stuck: true }),
  stopping: (now) => ({ state: state({ ...on(now), wanted: false, actual: { kind: 'stopping' } }), stuck: true }),
  on: (now) => ({ state: state(on(now)), givenUp: someGivenUp(now), traffic: true }),
  idle: (now) => ({ state: state(on(now)) }),
  builtin: (now) => ({ state: state({ ...on(now), active: 'p3' }), traffic: true }),
  failed: () => ({ state: state({ wanted: true, actual: { kind: 'failed', problem: portTaken } }) }),
  refused: (now) => ({ state: state({ ...on(now), portRefused: { ...portTaken, port: 3128, nextFree: 3129 } }), traffic: true }),
  ports: (now) => ({ state: state({ ...on(now), ports }), traffic: true }),
  portfaults: (now) => ({
    state: state({
      ...on(now),
      ports: troubledPorts,
      profiles: [
        tokyo,
        { ...frankfurt, id: 'obfs', title: 'Office', name: 'Office', plugin: 'v2ray-plugin', pluginOpts: 'tls;host=office.example' },
        { ...tokyo, ...cfb, id: 'old', title: 'Old server', name: 'Old server' },
      ],
    }),
    traffic: true,
  }),
  lists: (now) => ({
    state: state({
      ...on(now),
      profiles: [{ ...tokyo, subscription: 'l1' }, { ...frankfurt, subscription: 'l2', gone: true }, builtin],
      subscriptions: someLists(now),
    }),
    traffic: true,
  }),
  noplugin: () => ({
    state: state({
      wanted: true,
      actual: { kind: 'failed', problem: { code: 'pluginUnapproved', name: 'v2ray-plugin' } },
      profiles: [{ ...tokyo, plugin: 'v2ray-plugin', pluginOpts: 'path=/a' }, frankfurt, builtin],
    }),
  }),
  unsafe: () => ({
    state: state({
      wanted: true,
      actual: { kind: 'failed', problem: { code: 'legacyUnapproved', method: 'aes-256-cfb' } },
      profiles: [{ ...tokyo, ...cfb }, frankfurt, builtin],
    }),
  }),
  unsafeon: (now) => ({
    state: state({ ...on(now), profiles: [{ ...tokyo, ...cfb, legacyApproved: true }, frankfurt, builtin] }),
    traffic: true,
  }),
  tested: (now) => ({ state: state({ ...on(now), profiles: [...[tokyo, frankfurt, builtin], ...someTested(now).profiles], tests: { ...someTests, ...someTested(now).tests } }) }),
  testing: (now) => ({ state: state({ ...on(now), tests: { ...someTests, waiting: ['p2'], asked: 3, ended: [worked('p1', now)] } }), stuck: true }),
  groups: (now) => ({ state: state({ ...on(now), groups: someGroups(now), group: 'g1', active: 'p2' }), traffic: true }),
  locked: (now) => ({
    state: state({
      wanted: true,
      actual: { kind: 'failed', problem: { code: 'passwordLocked' } },
      profiles: [{ ...tokyo, passwordLocked: true }, { ...frankfurt, passwordLocked: true }, builtin],
      subscriptions: [{ ...someLists(now)[0]!, host: '', locked: true, nextMs: null }],
      routing: routing({ lists: [{ ...someRuleLists(now)[0]!, host: '', locked: true }] }),
      secrets: secrets({ keyStore: { kind: 'locked' }, locked: 4 }),
    }),
  }),
  nokeystore: () => ({
    state: state({ secrets: secrets({ place: 'file', keyStore: { kind: 'absent', cause: 'no secret service provider or dbus session found' } }) }),
  }),
  badprofile: () => ({
    state: state({ wanted: true, actual: { kind: 'failed', problem: { code: 'badProfile', field: 'method', fault: { code: 'unknownMethod' } } } }),
  }),
  noproxy: (now) => ({
    state: state({
      ...on(now),
      systemProxy: { wanted: 'set', actual: { kind: 'failed', problem: { code: 'proxyUnsupported' } } },
    }),
    traffic: true,
  }),
  proxytaken: (now) => ({
    state: state({
      ...on(now),
      systemProxy: { wanted: 'set', actual: { kind: 'failed', problem: { code: 'proxyTaken' } } },
    }),
    traffic: true,
  }),
  hangs: (now) => ({ state: state(on(now)), traffic: true, hangs: 'firstByte' }),
  broken: (now) => ({
    state: state(on(now)),
    givenUp: someGivenUp(now),
    broken: 'silentServer',
    faults: {
      handshake: { reason: { code: 'server', verdict: { kind: 'wrongClock', aheadS: 3_600 } }, action: { kind: 'setClock' } },
      clock: { reason: { code: 'wrongClock', aheadS: 3_600 }, action: { kind: 'setClock' } },
    },
  }),
  down: (now) => ({ state: state(on(now)), givenUp: someGivenUp(now), broken: 'noAnswer' }),
  many: (now) => ({
    state: state({ ...on(now), profiles: manyProfiles(), active: 'm2' }),
    givenUp: manyGivenUp(now),
    traffic: true,
  }),
  crowd: (now) => ({ state: state(on(now)), givenUp: manyGivenUp(now), traffic: true, connections: 5000 }),
  notices: () => ({ state: state({ undo: 'Frankfurt', notices: events.map((event, id) => ({ id, event })) }) }),
  rules: (now) => ({ state: state({ ...on(now), routing: routing({ rules: 5, lists: someRuleLists(now) }) }), rules: someRules, traffic: true }),
  direct: (now) => ({ state: state({ ...on(now), routing: routing({ mode: 'direct', rules: 5 }) }), rules: someRules, traffic: true }),
  close: (now) => ({ state: state({ ...on(now), onClose: 'ask' }), traffic: true, closing: true }),
} satisfies Record<string, (now: number) => Partial<Scene> & { state: AppState }>;

export type SceneName = keyof typeof scenes;

/** The scenes' names. */
export const sceneNames = Object.keys(scenes) as SceneName[];

/** Sets a scene at a moment. */
export function scene(name: SceneName, now: number): Scene {
  return { givenUp: [], rules: '', traffic: false, ...scenes[name](now) };
}
