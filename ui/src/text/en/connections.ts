import type { EndedHow } from '../../backend/bindings/EndedHow';
import type { PartKind } from '../../connections/timeline';
import type { Key } from '../../connections/view';
import type { Figures } from '../figures';

const columns: Record<Key, string> = {
  target: 'Target',
  client: 'Client',
  way: 'Through',
  state: 'State',
  started: 'Age',
  up: 'Up',
  down: 'Down',
  rate: 'Rate',
};

const parts: Record<PartKind, string> = {
  handshake: 'Request',
  resolve: 'Name lookup',
  connect: 'Connect',
  firstUp: 'Wait for the program’s first byte',
  firstDown: 'Wait for the first byte back',
  stream: 'Data',
  associate: 'UDP',
  idle: 'Idle',
};

/** The live and the last closed connections. */
export const connections = ({ count, plural }: Figures) => {
  /** How one ended that was not given up. `server`: it went through one. */
  const ended: Record<Exclude<EndedHow['code'], 'givenUp'>, (server: boolean) => string> = {
    clientDone: () => 'program finished',
    farDone: (server) => (server ? 'server finished' : 'target finished'),
    farLost: (server) => (server ? 'server lost' : 'target lost'),
    closed: () => 'closed by you',
    stranded: () => 'network changed',
  };
  const endedBecause: Record<keyof typeof ended, string> = {
    clientDone: 'The program finished, or just left.',
    farDone: 'The other end finished first, as it does when it has sent everything.',
    farLost: 'The connection broke after bytes had come back: the network was lost, or the other end ended it at once.',
    closed: 'You closed it, or Parasol was switched off.',
    stranded: 'The network that it went over is gone, or the other end was, after a change of network or a sleep. Programs connect again.',
  };
  return {
    title: 'Connections',
    list: 'Connections',
    columns,
    sortBy: (column: string) => `Sort by ${column}`,
    actions: 'Actions',
    counted: (open: number, closed: number) => `${count(open)} open · ${count(closed)} closed`,
    shown: (n: number) => plural(n, { one: '# shown', other: '# shown' }),
    left: (n: number) => plural(n, { one: '# more is not listed', other: '# more are not listed' }),
    pause: 'Pause',
    resume: 'Resume',
    pausedAt: (time: string) => `Paused at ${time}`,
    /** Who connected, where its program is known. */
    program: (name: string, pid: number, address: string) => `${name} (pid ${pid}), ${address}`,
    noTarget: 'No target named yet',
    direct: 'directly',
    block: 'blocked',
    ended,
    endedBecause,
    ruledOut: 'One of your rules blocks this target.',
    filter: {
      text: 'Filter',
      textHint: 'Target, client, rule…',
      state: 'Which',
      states: { all: 'All', open: 'Open', closed: 'Closed' },
      port: 'Port',
      anyPort: 'All ports',
      way: 'Through',
      anyWay: 'All servers',
      ended: 'Ended how',
      anyEnd: 'Any end',
      givenUp: 'Given up',
      clear: 'Show all',
      between: (from: string, to: string) => `${from} – ${to}`,
      anyTime: 'Any time',
    },
    off: 'Parasol is off. Switched on, it lists each connection here.',
    none: (address: string) => `No connections yet. Programs connect to ${address}.`,
    noMatch: (n: number) => plural(n, { one: 'The one connection does not match.', other: 'None of the # connections matches.' }),
    close: 'Close',
    closeThis: 'Close the connection',
    closeOne: (target: string) => `Close ${target}`,
    closeShown: (n: number) => `Close all ${count(n)} shown`,
    closeTitle: (n: number) => plural(n, { one: 'Close # connection?', other: 'Close # connections?' }),
    closeText: 'What is under way in them breaks off. Programs may connect again at once.',
    selected: (n: number) => plural(n, { one: '# selected', other: '# selected' }),
    copyTargets: (n: number) => plural(n, { one: 'Copy target', other: 'Copy targets' }),
    copyRows: (n: number) => plural(n, { one: 'Copy row', other: 'Copy rows' }),
    details: 'Timeline',
    keys: 'Arrow keys select, Enter shows the timeline, Delete closes, Ctrl+A selects all, Ctrl+C copies.',
    export: {
      open: 'Export…',
      title: (n: number) => plural(n, { one: 'Export # connection', other: 'Export # connections' }),
      text: 'As they are shown now: targets and clients stand in it, bytes that went through do not.',
      as: 'Export as',
      formats: { csv: 'CSV', json: 'JSON' },
      copy: 'Copy',
      save: 'Save as a file…',
      done: 'Close',
    },
    timeline: {
      parts,
      opening: 'Until the first byte',
      life: 'All its life',
      /** The parts until the first byte, as one. */
      opened: 'First byte',
      part: 'Part',
      after: 'After',
      took: 'Took',
      total: 'Total',
      bar: (said: string) => `Bar: ${said}`,
      each: (part: string, took: string) => `${part} ${took}`,
      client: 'From',
      program: (name: string, pid: number) => `${name} (pid ${pid})`,
      port: 'Port',
      way: 'Through',
      rule: 'Rule',
      noRule: 'none',
      started: 'Began',
      end: 'Ended',
      open: 'still open',
      moved: 'Moved',
      bytes: (up: string, down: string) => `↑ ${up} ↓ ${down}`,
      done: 'Done',
    },
  };
};
