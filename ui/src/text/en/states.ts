import type { Carries } from '../../backend/bindings/Carries';
import type { Language } from '../../backend/bindings/Language';
import type { OnAtStart } from '../../backend/bindings/OnAtStart';
import type { OnClose } from '../../backend/bindings/OnClose';
import type { Policy } from '../../backend/bindings/Policy';
import type { PortKind } from '../../backend/bindings/PortKind';
import type { ProxyMode } from '../../backend/bindings/ProxyMode';
import type { RoutingMode } from '../../backend/bindings/RoutingMode';
import type { Theme } from '../../backend/bindings/Theme';
import { named } from '../coded';
import type { Figures } from '../figures';

/** What the lists of the profile file are called, one entry each. */
const lists = { profiles: 'profile', ports: 'port', subscriptions: 'subscription', groups: 'group', rule_lists: 'list of rules' };

/** The same in another language. */
export type StateLists = Record<keyof typeof lists, string>;

/** What the fields and settings of the profile file are called. One that is not here goes by its name in the file. */
const fields = {
  name: 'name',
  server: 'server',
  port: 'port',
  method: 'method',
  password: 'password',
  plugin: 'plugin',
  plugin_opts: 'plugin options',
  plugin_approved: 'plugin approved',
  approved_plugins: 'plugins approved',
  legacy_approved: 'unsafe method approved',
  one_time_auth: 'one-time authentication',
  notes: 'notes',
  kind: 'protocol',
  target: 'target',
  profile: 'profile',
  lan: 'open to the network',
  user: 'user',
  carries: 'carries',
  subscription: 'subscription',
  gone: 'gone from its list',
  url: 'address of the list',
  interval_h: 'hours between fetches',
  paused: 'paused',
  members: 'members',
  policy: 'how one is chosen',
  fixed: 'the chosen member',
  dwell_s: 'seconds before a change',
  active: 'profile in use',
  group: 'group in use',
  local_port: 'local port',
  system_proxy: 'system proxy',
  mode: 'mode',
  local_direct: 'this machine and its network directly',
  rules: 'your rules',
  pac_rules: 'your rules for PAC alone',
  on_close: 'what closing does',
  on_at_start: 'on again at start',
  notify: 'notifications',
  log_level: 'what the log notes',
  log_targets: 'where connections go, in the log',
  language: 'language',
  theme: 'light or dark',
  timeout_s: 'timeouts',
  test_url: 'what tests fetch',
  test_name_server: 'the name server of tests',
  clock_url: 'what the time is asked of',
  profiles: 'order of the profiles',
  ports: 'order of the ports',
  subscriptions: 'order of the subscriptions',
  groups: 'order of the groups',
  rule_lists: 'order of the lists of rules',
};

/** The same in another language. */
export type StateFields = Record<keyof typeof fields, string>;

/** What settings and fields with a few values can be. */
export interface StateValues {
  system_proxy: Record<ProxyMode, string>;
  mode: Record<RoutingMode, string>;
  on_close: Record<Exclude<OnClose, 'close'>, string>;
  on_at_start: Record<OnAtStart, string>;
  language: Record<Language, string>;
  theme: Record<Theme, string>;
  kind: Record<PortKind, string>;
  carries: Record<Carries, string>;
  policy: Record<Policy, string>;
}

const values: StateValues = {
  system_proxy: { leave: 'leave alone', set: 'global', pac: 'PAC' },
  mode: { rules: 'rules', global: 'global', direct: 'direct' },
  on_close: { ask: 'ask', background: 'keep running', quit: 'quit' },
  on_at_start: { never: 'never', atLogin: 'at login', always: 'always' },
  language: { system: 'system', en: 'English', zh: '简体中文', fa: 'فارسی', ru: 'Русский' },
  theme: { system: 'as the system', light: 'light', dark: 'dark' },
  kind: { mixed: 'SOCKS, HTTP', tunnel: 'tunnel', dns: 'DNS' },
  carries: { both: 'TCP and UDP', tcp: 'TCP only', udp: 'UDP only' },
  policy: { fixed: 'fixed', fallback: 'fallback', fastest: 'fastest', random: 'random' },
};
const others: Record<string, string> = { true: 'yes', false: 'no', '': 'no name' };

/** The word for a value of that field: one of ours, or the value as it is. */
export function valued(values: StateValues, others: Readonly<Record<string, string>>, field: string, value: string): string {
  return named(Object.hasOwn(values, field) ? values[field as keyof StateValues] : others, value);
}

/** Other states of everything that is saved, and what going to one of them would do. */
export function states({ plural, clock, clockWithSeconds, when }: Figures) {
  const counted = (n: number, one: string, other: string) => (n ? [plural(n, { one, other })] : []);
  return {
    title: 'Earlier states',
    lead: 'Whenever you change something, the state before is kept: the last ten.',
    none: 'There is none yet.',
    list: 'Earlier states, the newest first',
    until: (atMs: number, nowMs: number) => {
      const said = when(atMs, nowMs);
      return said === clock(atMs) ? clockWithSeconds(atMs) : `${said}, ${clock(atMs)}`;
    },
    counts: (comes: number, goes: number, changes: number, settings: number) =>
      [
        ...counted(comes, '# would be added', '# would be added'),
        ...counted(goes, '# would be removed', '# would be removed'),
        ...counted(changes, '# would be changed', '# would be changed'),
        ...counted(settings, '# setting', '# settings'),
      ].join(', ') || 'the same as now',
    look: 'View',
    lookAt: (time: string) => `View the state until ${time}`,
    lookTitle: (time: string) => `The state until ${time}`,
    goes: 'Would be removed',
    comes: 'Would be added',
    changes: 'Would be changed',
    unchanged: 'Unchanged',
    profiles: 'Take only its profiles…',
    settings: 'Settings',
    now: 'now',
    then: 'then',
    other: 'another one',
    nothing: 'none',
    nameless: 'No name',
    same: 'This is the same as now, so there is nothing to go back to.',
    keeps: 'What is here now is kept under Earlier states, for ten further changes.',
    goneTitle: 'This state is gone',
    gone: 'Newer ones have taken its place.',
    goBack: 'Go back to it',
    entry: (list: string) => named(lists, list),
    field: (name: string) => named(fields, name),
    value: (field: string, value: string) => valued(values, others, field, value),
  };
}
