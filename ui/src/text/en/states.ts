import type { Figures } from '../figures';

/** What the lists of the profile file are called, one entry each. */
const lists: Record<string, string> = { profiles: 'profile', ports: 'port', subscriptions: 'subscription', groups: 'group' };

/** What the fields and settings of the profile file are called. One that is not here goes by its name in the file. */
const fields: Record<string, string> = {
  name: 'name',
  server: 'server',
  port: 'port',
  method: 'method',
  password: 'password',
  plugin: 'plugin',
  plugin_opts: 'plugin options',
  plugin_approved: 'plugin approved',
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
  timeout_s: 'timeouts',
  test_url: 'what tests fetch',
  test_name_server: 'the name server of tests',
  profiles: 'order of the profiles',
  ports: 'order of the ports',
  subscriptions: 'order of the subscriptions',
  groups: 'order of the groups',
};
const values: Record<string, string> = { true: 'yes', false: 'no', '': 'no name' };

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
    look: 'Look',
    lookAt: (time: string) => `Look at the state until ${time}`,
    lookTitle: (time: string) => `The state until ${time}`,
    goes: 'Would be removed',
    comes: 'Would be added',
    changes: 'Would be changed',
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
    entry: (list: string) => lists[list] ?? list,
    field: (name: string) => fields[name] ?? name,
    value: (value: string) => values[value] ?? value,
  };
}
