import type { Action } from '../../backend/bindings/Action';
import type { ProxyMode } from '../../backend/bindings/ProxyMode';
import type { Protocol } from '../../backend/bindings/Protocol';
import type { ByKind } from '../coded';
import type { Figures } from '../figures';

/** Which SOCKS it is matters to few, and there is little room. */
const families: Record<Protocol, string> = { socks5: 'SOCKS', socks4: 'SOCKS', http: 'HTTP', tunnel: 'Tunnel', dns: 'DNS' };
const spoken = (protocols: readonly Protocol[]) =>
  [...new Set(protocols.map((protocol) => families[protocol]))].join(', ');

/** What helps, wherever it is needed. */
const actions: ByKind<Action> = {
  usePort: ({ port }) => `Use ${port}`,
  editPort: () => 'Edit the port',
  tryAgain: () => 'Try again',
  takeProxyBack: () => 'Set it again',
  leaveProxy: () => 'Leave it alone',
  giveProxyBack: () => 'Give it back',
  unlockSecrets: () => 'Unlock',
  addProfile: () => 'Add a profile',
  editProfile: () => 'Edit the profile',
  approvePlugin: () => 'Approve and start',
  approveLegacy: () => 'Use it all the same',
  setClock: () => 'Open the clock settings',
  editProbe: () => 'Change what is fetched',
};

export const home = (figures: Figures) => ({
  state: {
    switch: 'Relay',
    off: 'Off',
    starting: 'Starting…',
    on: 'On',
    stopping: 'Stopping…',
    failed: 'Could not start',
    noProfile: 'no profile chosen',
  },
  actions,
  verdictHelp: { testServer: 'Test this server', showPorts: 'Show the ports', showTimeouts: 'Show the timeouts' },
  proxy: {
    label: 'System proxy',
    leave: 'Leave alone',
    set: 'Global',
    pac: 'PAC',
    about: {
      leave: 'Parasol does not touch it. Set the proxy in each program yourself.',
      set: 'While on, programs that follow the system come to Parasol with everything but what is on this machine.',
      pac: 'While on, programs that follow the system read a script of Parasol’s. They go directly where your rules say so, without Parasol, and come to it with the rest. A program that cannot read the script goes directly with everything.',
    } satisfies Record<ProxyMode, string>,
    pacRules: (n: number) =>
      n ? figures.plural(n, { one: '# rule of yours is for the script alone.', other: '# rules of yours are for the script alone.' }) : 'The script can have rules of its own.',
    toRules: 'Rules',
  },
  path: {
    label: 'Path',
    apps: 'Apps',
    appsSet: 'proxy set',
    appsNotSet: 'proxy not set',
    appsLeft: 'set it in each app',
    internet: 'Internet',
    builtin: 'in this program',
    unsafe: 'unsafe method',
    spoken,
    listening: 'listening',
    notListening: 'not listening',
  },
  traffic: {
    title: 'Traffic',
    span: 'last 2 minutes',
    down: 'Down',
    up: 'Up',
    time: 'Time',
    past: 'Up to 30 days',
    asTable: 'Table',
    asChart: 'Chart',
    each: 'Averages over 10 seconds, newest first',
    chart: (down: string, up: string) => `Chart of the last 2 minutes. Now ${down} down, ${up} up.`,
    none: 'Nothing has been measured yet.',
  },
  ports: {
    title: 'Ports',
    port: 'Port',
    down: 'Down',
    up: 'Up',
    flows: 'Flows',
    open: (port: number, n: number) => `${figures.count(n)}, connections of port ${port}`,
    through: (protocols: readonly Protocol[], profile: string) => `${spoken(protocols)} → ${profile}`,
    none: (address: string) => `No port is open. Switched on, programs can connect to ${address}.`,
    stay: (port: number) => `Stay on ${port}`,
    change: 'Change port',
    newPort: 'New port',
    save: 'Change',
  },
  timedOut: {
    title: 'Timed out',
    today: (n: number) => `${figures.count(n)} today`,
    none: 'Nothing was given up.',
    off: 'What the relay gives up on is listed here, with the reason.',
    noTarget: 'No target named yet',
    times: (n: number) => figures.plural(n, { one: 'once', other: '# times' }),
    at: (stage: string, idle: string) => `${stage}, ${idle}`,
    bytes: (up: string, down: string) => `↑ ${up} ↓ ${down}`,
    all: (n: number) => `Show all ${figures.count(n)}`,
    open: (target: string) => `Connections to ${target}`,
  },
});
