import type { Event } from '../backend/bindings/Event';
import type { Fault } from '../backend/bindings/Fault';
import type { Field } from '../backend/bindings/Field';
import type { HopState } from '../backend/bindings/HopState';
import type { ImportDiffers } from '../backend/bindings/ImportDiffers';
import type { ImportFault } from '../backend/bindings/ImportFault';
import type { ImportPlace } from '../backend/bindings/ImportPlace';
import type { PortField } from '../backend/bindings/PortField';
import type { Problem } from '../backend/bindings/Problem';
import type { Protocol } from '../backend/bindings/Protocol';
import type { RouteCause } from '../backend/bindings/RouteCause';
import type { RouteCode } from '../backend/bindings/RouteCode';
import type { RoutingMode } from '../backend/bindings/RoutingMode';
import type { RuleFault } from '../backend/bindings/RuleFault';
import type { StageCode } from '../backend/bindings/StageCode';
import type { VerdictCode } from '../backend/bindings/VerdictCode';
import { Figures, type Units } from './figures';
import { type ByCode, type ByKind, byCode } from './coded';
import { states } from './en/states';

const units: Units = {
  bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'],
  perSecond: (size) => `${size}/s`,
  milliseconds: 'ms',
  seconds: 's',
  minutes: 'min',
  hours: 'h',
};

/** What a verdict is called, and the one line that says what to do. `server`: it was the way through a server. */
interface Advice {
  label: string;
  advice: (server: boolean) => string;
}

const verdicts: Record<VerdictCode, Advice> = {
  silentClient: {
    label: 'No request',
    advice: () => 'A program connected to the port and asked for nothing. It may speak neither SOCKS nor HTTP.',
  },
  badRequest: {
    label: 'Not understood',
    advice: () => 'A program opened the port as a web site, or speaks neither SOCKS5 nor HTTP. Enter it there as a proxy.',
  },
  loginRefused: {
    label: 'Login refused',
    advice: () => 'This port asks for a login. The program gave none or a wrong one: enter the port’s user and password there.',
  },
  nameNotFound: {
    label: 'No such name',
    advice: (server) =>
      server
        ? 'The server’s name does not exist. Look for a typing mistake in the profile.'
        : 'The name does not exist. Look for a typing mistake in the address.',
  },
  nameTimedOut: {
    label: 'Name lookup had no answer',
    advice: () => 'The name server did not answer. Check this machine’s network, or use an IP address.',
  },
  noAnswer: {
    label: 'No answer to connect',
    advice: (server) =>
      server
        ? 'Nothing answers at the server’s address. A firewall, a wrong port, or the server is down.'
        : 'Nothing answers there. A firewall, or the host is down.',
  },
  refused: {
    label: 'Refused',
    advice: (server) =>
      server
        ? 'The machine answers, but nothing listens on that port. Check the profile’s port, or start the server.'
        : 'The machine answers, but nothing listens on that port.',
  },
  unreachable: {
    label: 'No way there',
    advice: () => 'The network knows no way to that address. Check this machine’s connection; IPv6 may be missing.',
  },
  silentServer: {
    label: 'No first byte',
    advice: (server) =>
      server
        ? 'The server took the connection and stayed silent: password, method or clock differ.'
        : 'The host took the connection and never sent a byte. It may be overloaded, or expect another protocol.',
  },
  serverClosed: {
    label: 'Closed before the first byte',
    advice: (server) =>
      server
        ? 'The server could not reach the target; or, if all end so, password, method or clock differ.'
        : 'The host hung up before it sent a byte.',
  },
  badAnswer: {
    label: 'Answer not readable',
    advice: () => 'The answer was not sealed with this profile’s key. Compare password and method with the server’s.',
  },
  badClient: {
    label: 'Client without the key',
    advice: () => 'Somebody knocked at the server without its key. Nothing needs to be done.',
  },
  idle: {
    label: 'Idle',
    advice: () => 'Nothing was said for a long time, so it was closed. Usually harmless: programs connect again.',
  },
  blocked: {
    label: 'Not allowed',
    advice: () => 'The server does not relay to that target, such as an address inside its own network.',
  },
  noResources: {
    label: 'This machine is full',
    advice: () => 'It ran out of connections or memory. Close programs that open very many connections.',
  },
};

const stages: Record<StageCode, string> = {
  handshake: 'request',
  resolve: 'name lookup',
  connect: 'connect',
  stream: 'stream',
  associate: 'UDP',
  closed: 'closing',
};

const hops: Record<HopState, string> = { unknown: 'not used yet', good: 'works', failed: 'failed' };

const protocolNames: Record<Protocol, string> = { socks5: 'SOCKS5', socks4: 'SOCKS4', http: 'HTTP', tunnel: 'Tunnel', dns: 'DNS' };
const protocols = (spoken: readonly Protocol[]) => spoken.map((protocol) => protocolNames[protocol]).join(', ');

/** Where there is little room: which SOCKS it is matters to few. */
const families: Record<Protocol, string> = { ...protocolNames, socks5: 'SOCKS', socks4: 'SOCKS' };
const spoken = (protocols: readonly Protocol[]) =>
  [...new Set(protocols.map((protocol) => families[protocol]))].join(', ');

const fields: Record<Field, string> = {
  name: 'Name',
  server: 'Server',
  port: 'Port',
  method: 'Method',
  password: 'Password',
  plugin: 'Plugin',
  pluginOpts: 'Plugin options',
  notes: 'Notes',
};

const portFields: Record<PortField, string> = {
  name: 'Name',
  port: 'Port',
  target: 'Target',
  profile: 'Profile',
  user: 'User',
  password: 'Password',
};

const problems: ByCode<Problem> = {
  portTaken: ({ port, process, pid }) => {
    if (process && pid) return `Port ${port} is used by ${process} (pid ${pid}).`;
    if (process || pid) return `Port ${port} is used by ${process ?? `the program with pid ${pid}`}.`;
    return `Port ${port} is used by another program.`;
  },
  bindFailed: ({ address, cause }) => `Cannot listen on ${address}: ${cause}.`,
  portUsedTwice: ({ port, name }) => `Port ${port} is already a port here${name ? `: ${name}` : ''}.`,
  badPort: ({ field, fault }) => `This port cannot be opened. ${portFields[field]}: ${byCode<Fault>(faults, fault)}`,
  pluginNotForPort: ({ name }) => `The plugin ${name} carries TCP alone, and this port is for UDP alone.`,
  noProfile: () => 'There is no profile yet, so there is no server to go through.',
  profileGone: () => 'The profile of this port was deleted. Choose another one for it.',
  pluginUnapproved: ({ name }) =>
    `This profile came with the plugin ${name}. It would run as a program of yours: approve it only if you know it.`,
  legacyUnapproved: ({ method }) =>
    method === 'none'
      ? 'This profile is unsafe: its method, none, encrypts nothing, so anybody on the way can read and change what it carries.'
      : `This profile is unsafe: with its old method ${method}, anybody on the way can change what it carries, and tell it from other traffic. Better ask for a newer one.`,
  pluginMissing: ({ name }) => `The plugin ${name} is not installed. Install it, or give its whole path in the profile.`,
  pluginFailed: ({ name, exit, line }) => {
    const what = exit === null ? `The plugin ${name} does not run` : `The plugin ${name} ended with exit code ${exit}`;
    return `${what}, and nothing goes to the server without it.${line ? ` It said: ${line.replace(/\.$/, '')}.` : ''}`;
  },
  pluginSilent: ({ name, seconds }) => `The plugin ${name} did not answer within ${seconds} s. Compare its options with the server’s.`,
  badProfile: ({ field, fault }) => `This profile cannot be used. ${fields[field]}: ${byCode<Fault>(faults, fault)}`,
  engineFailed: ({ cause }) => `The relay could not start: ${cause}.`,
  crashed: () => 'A part of Parasol crashed. Its log says which.',
  heldByAnother: () => 'Another Parasol holds the system proxy. Use that one, or quit it.',
  proxyUnsupported: () =>
    'This desktop has no proxy setting that Parasol knows. Enter the address below in your programs instead.',
  proxyFailed: ({ cause }) => `The system proxy could not be set: ${cause}.`,
};

const faults: ByCode<Fault> = {
  empty: () => 'Needed.',
  tooLong: () => 'This is too long.',
  badHost: () => 'A host name or an IP address.',
  badPort: () => 'From 1 to 65535.',
  unknownMethod: () => 'Parasol does not know this method.',
  notBase64: () => 'A 2022 method needs a key in base64, as the server prints it.',
  wrongKeyLength: ({ needed, found }) => `This method needs a key of ${needed} bytes; this one has ${found}.`,
  identityKeys: () => 'Only the 2022 AES methods take several keys joined by colons, at most nine.',
  badProgram: () => 'A program’s name, such as obfs-local, or its whole path.',
  badOptions: () => 'There is a character in it that no option can have.',
  portUsedTwice: () => 'Another port here has this number.',
  badTarget: () => 'A host and a port, such as example.org:22.',
  badNameServer: () => 'An IP address or a host name, with a port if it is not 53.',
  noSuchProfile: () => 'This profile is gone. Choose another one.',
  loginNeeded: () => 'Other machines may only come in with a user and a password.',
  badLogin: () => 'No control characters, and no colon in the user.',
};

const importFaults: ByCode<ImportFault> = {
  nothing: () => 'there is nothing in it',
  notText: () => 'neither text nor a picture',
  unknownFormat: () => 'no format that Parasol knows',
  syntax: ({ line, column }) => `cannot be read from line ${line}, column ${column} on; it may be cut off`,
  noServers: () => 'no server stands in it',
  tooLong: () => 'too long',
  tooMany: () => 'this one and those behind it are more than are taken at once',
  notALink: () => 'not an ss:// link',
  badUserinfo: () => 'method and password cannot be read; the link may be cut off',
  badHost: () => 'no host name or IP address',
  badPort: () => 'the port is missing; it is a number from 1 to 65535',
  unknownMethod: ({ name }) => `Parasol does not know the method ${name}`,
  badPassword: () => 'the password is empty, or no key for this method',
  plugin: ({ name }) => `needs a plugin that cannot be used: ${name}`,
  wrongValue: ({ field }) => (field === '' ? 'not what an entry looks like' : `${field} has a value of the wrong kind`),
  variable: () => 'its password stands in a variable of the environment',
  otherProtocol: ({ name }) => (name === '' ? 'a server of another protocol' : `a server of another protocol, ${name}`),
  foreignLink: ({ name }) => `only the program that wrote ${name}:// links reads them; share it there as an ss:// link`,
  subscription: () => 'the address of a list, which an import does not fetch',
  otherPicture: () => 'a picture of another kind than PNG, JPEG, BMP, GIF and WebP',
  damagedPicture: () => 'the picture is cut off or damaged',
  largePicture: ({ width, height }) => `the picture of ${width} × ${height} pixels is too large; cut out the code`,
  noCode: () => 'no QR code is seen in the picture',
  damagedCode: () => 'the QR code cannot be read; a larger or sharper picture may help',
};

const places: ByKind<ImportPlace> = {
  whole: () => '',
  line: ({ line }) => `Line ${line}: `,
  path: ({ path }) => `${path}: `,
  code: ({ code }) => `QR code ${code}: `,
};

const differs: Record<ImportDiffers, string> = {
  name: 'name',
  server: 'server',
  port: 'port',
  method: 'method',
  password: 'password',
  plugin: 'plugin',
  pluginOpts: 'plugin options',
  oneTimeAuth: 'one-time authentication',
  notes: 'notes',
  rest: 'what is only kept',
};

const ruleFaults: ByCode<RuleFault> = {
  unknownSection: () => 'this heading is not known, and the rules below it are not applied either',
  badNetwork: () => 'not a network; write it as 10.0.0.0/8 or 2001:db8::/32',
  badName: () => 'not a host name',
  badPattern: ({ cause }) => `not a regular expression that can be used: ${cause}`,
  patternTooBig: () => 'this regular expression is too big',
  tooManyPatterns: () => 'too many regular expressions; a name is better written as |name or ||name',
  notAscii: () => 'has letters that no host name has on the wire',
  tooLong: () => 'this line is too long',
  import: () => 'other lists are not fetched; paste their rules here',
};

const modes: Record<RoutingMode, string> = { rules: 'Rules', global: 'Global', direct: 'Direct' };

const routes: Record<RouteCode, string> = {
  proxy: 'goes through the server',
  direct: 'goes directly',
  block: 'is blocked',
};

/** English. Its shape is what every other language must have; see {@link Words}. */
export function en(locale: string, timeZone?: string) {
  const figures = new Figures(locale, units, timeZone);
  const { plural } = figures;

  const events: ByKind<Event> = {
    restoredBackup: ({ kept }) => `The profile file could not be read, so its backup is in use. The unreadable file is kept as ${kept}.`,
    startedEmpty: ({ kept }) => `The profile file could not be read and there was no backup, so the list starts empty. The unreadable file is kept as ${kept}.`,
    profilesLeftOut: ({ count }) =>
      plural(count, {
        one: '# profile in the profile file makes no sense and is not shown. It stays in the file as it is.',
        other: '# profiles in the profile file make no sense and are not shown. They stay in the file as they are.',
      }),
    newerFile: ({ path }) => `A newer Parasol wrote ${path}. Changes made here are not saved.`,
    heldByAnother: ({ path }) => `Another Parasol is using ${path}. Changes made here are not saved.`,
    notSaved: ({ cause }) => `The last change could not be written to disk: ${cause}. It is lost when Parasol quits.`,
    proxyRecovered: () => 'Parasol ended unexpectedly last time. The system proxy is now what it was before.',
    proxyChangedByAnother: () => 'Another program changed the system proxy meanwhile. Its values were left alone.',
    restored: () => 'Everything is as it was in that state. The state before is kept.',
    imported: ({ added, changed }) => {
      const news = plural(added, { one: 'Added # profile.', other: 'Added # profiles.' });
      if (changed === 0) return news;
      const others = plural(changed, { one: 'Changed # profile.', other: 'Changed # profiles.' });
      return added === 0 ? others : `${news} ${others}`;
    },
  };

  return {
    figures,
    verdicts,
    stages,
    hops,
    problems,
    faults,
    importFaults,
    places,
    differs,
    ruleFaults,
    events,
    name: 'Parasol',
    version: (version: string) => `Parasol ${version}`,
    notAsked: (cause: string) => `Parasol did not answer: ${cause}`,
    dismiss: 'Dismiss',
    cancel: 'Cancel',
    unsafe: 'unsafe',
    nav: { label: 'Screens', home: 'Home', profiles: 'Profiles', rules: 'Rules', settings: 'Settings' },
    foot: {
      flows: (n: number) => plural(n, { one: '# flow', other: '# flows' }),
      since: (time: string, size: string) => `since ${time} · ${size}`,
    },
    undo: { deleted: (name: string) => `Deleted ${name}.`, press: 'Undo' },
    state: {
      switch: 'Relay',
      off: 'Off',
      starting: 'Starting…',
      on: 'On',
      stopping: 'Stopping…',
      failed: 'Could not start',
      noProfile: 'no profile chosen',
    },
    remedy: {
      usePort: (port: number) => `Use ${port}`,
      stay: (port: number) => `Stay on ${port}`,
      tryAgain: 'Try again',
      addProfile: 'Add a profile',
      editProfile: 'Edit the profile',
      editPort: 'Edit the port',
      approvePlugin: 'Approve and start',
      useUnsafe: 'Use it all the same',
      leaveProxy: 'Leave it alone',
    },
    proxy: {
      label: 'System proxy',
      leave: 'Leave alone',
      set: 'Set',
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
      through: (spoken: readonly Protocol[], profile: string) => `${protocols(spoken)} → ${profile}`,
      none: (address: string) => `No port is open. Switched on, programs can connect to ${address}.`,
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
      times: (n: number) => plural(n, { one: 'once', other: '# times' }),
      at: (stage: string, idle: string) => `${stage}, ${idle}`,
      bytes: (up: string, down: string) => `↑ ${up} ↓ ${down}`,
      all: (n: number) => `Show all ${figures.count(n)}`,
    },
    settings: {
      add: 'Add a port',
      first: 'Local',
      firstWhy: 'On this machine only. The system proxy and the terminal commands use it.',
      inUse: 'the profile in use',
      profileGone: 'a profile that is gone',
      through: (profile: string) => `through ${profile}`,
      to: (target: string, profile: string) => `to ${target} through ${profile}`,
      called: (name: string, port: number) => (name ? `${name} (${port})` : `Port ${port}`),
      edit: (port: string) => `Edit ${port}`,
      delete: (port: string) => `Delete ${port}`,
      deleteTitle: (port: string) => `Delete ${port}?`,
      deleteText: 'Programs that use this port lose their connections.',
      deleteIt: 'Delete',
      nameless: 'No name',
      opening: 'Opening…',
      lanOpen: (user: string) => `Open to your network, with the login of ${user}`,
      asksLogin: (user: string) => `Asks for the login of ${user}`,
      back: 'Settings',
      newPort: 'New port',
      editPort: 'Edit port',
      name: 'Name',
      nameHint: 'Shown with its traffic. May be empty.',
      port: 'Port',
      portHint: 'Best from 1024 up.',
      kind: 'Protocol',
      kinds: { mixed: 'SOCKS, HTTP', tunnel: 'Tunnel', dns: 'DNS' },
      kindHints: {
        mixed: 'For programs that can be given a proxy.',
        tunnel: 'All that comes goes to one target. The program needs no proxy setting.',
        dns: 'Answers names. Those that go through the server are asked there.',
      },
      target: 'Target',
      targetHint: 'Where all of it goes, such as example.org:22.',
      nameServer: 'Name server',
      nameServerHint: 'Asked through the server.',
      profile: 'Profile',
      profileFollows: 'Whichever profile you use at the time.',
      profileFixed: 'Always this one, whichever is in use.',
      carried: 'Carries',
      carries: { both: 'TCP and UDP', tcp: 'TCP only', udp: 'UDP only' },
      carriesHints: {
        both: 'Pages, mail, calls and games.',
        tcp: 'Pages and mail. Calls and games may find no way.',
        udp: 'What programs send as UDP, such as calls and games.',
      },
      reachable: 'Open to',
      reach: { loopback: 'This machine', lan: 'Your network' },
      loopbackHint: 'Only programs on this machine reach it.',
      lanWarning:
        'Every machine of your network can connect, and whoever has the login goes out in your name. The password is not encrypted on the way. Not for networks that you do not trust.',
      user: 'User',
      userHint: 'Empty: no login is asked for.',
      password: 'Password',
      passwordSet: 'set, unchanged',
    },
    states: states(figures),
    first: {
      title: 'Add a server',
      lead: 'Paste the ss:// link that you were given.',
      field: 'Link',
      add: 'Add and switch on',
      try: 'Try it now',
      tryWhy:
        'No link yet? The built-in server runs inside Parasol, without account or network. It shows how everything works; it does not hide where you are.',
      byHand: 'Enter by hand',
      or: 'Other ways',
    },
    links: {
      title: 'Paste links',
      lead: 'One ss:// link a line. Nothing is saved before you add it.',
      field: 'Links',
      add: (n: number) => (n === 0 ? 'Add profiles' : plural(n, { one: 'Add # profile', other: 'Add # profiles' })),
      known: 'known already',
      unsafe: 'an unsafe method, which asks before it is used',
      plugin: (name: string) => `needs the plugin ${name}, which asks before it runs`,
      unused: (keys: string[]) => `Parasol does nothing with ${keys.join(', ')}`,
      changes: (fields: string[]) => `changes ${fields.join(', ')}`,
      more: (n: number) => plural(n, { one: 'and # more', other: 'and # more' }),
      found: 'What would be added',
    },
    profiles: {
      title: 'Profiles',
      new: 'New profile',
      paste: 'Paste links',
      none: 'No profile yet. Paste a link, or enter a server by hand.',
      list: 'Profiles in your order',
      builtin: 'built in',
      inUse: 'in use',
      use: 'Use',
      useNamed: (name: string) => `Use ${name}`,
      edit: (name: string) => `Edit ${name}`,
      delete: (name: string) => `Delete ${name}`,
      move: (name: string) => `Move ${name}: arrow keys or drag`,
      moved: (name: string, at: number, of: number) => `${name} is now ${at} of ${of}.`,
    },
    editor: {
      ...fields,
      back: 'Profiles',
      new: 'New profile',
      edit: 'Edit profile',
      nameHint: 'If left empty, the server’s address stands for it.',
      methodHint: 'The same as on the server.',
      methodUnsafe: (method: string) =>
        method === 'none'
          ? 'Unsafe: it encrypts nothing. You are asked before it is used.'
          : 'Unsafe: anybody on the way can change what it carries. You are asked before it is used.',
      unsafeOnes: 'Unsafe',
      unsafeOne: (method: string) => `${method} (unsafe)`,
      oneTimeAuth: 'One-time authentication, if the server asks for it',
      pluginHint: 'Only if the server needs one, such as obfs-local. It runs as a program of yours.',
      kept: 'saved, unchanged',
      reveal: 'Show password',
      hide: 'Hide password',
      save: 'Save',
    },
    mode: {
      label: 'Mode',
      names: modes,
      /** Beside the method, where the mode is not the usual one. */
      notRules: { rules: '', global: 'everything through it', direct: 'nothing through it' } satisfies Record<RoutingMode, string>,
      about: {
        rules: 'The rules below say what goes through the server, what goes directly, and what is blocked.',
        global: 'Everything goes through the server. The rules below are kept and not asked.',
        direct: 'Nothing goes through the server: everybody sees this machine’s own address.',
      } satisfies Record<RoutingMode, string>,
    },
    rules: {
      title: 'Rules',
      local: 'Go to this machine and its network directly',
      localHint: 'The server cannot reach them. A rule below that names one of them counts more.',
      localIdle: 'In this mode everything goes directly.',
      which: 'Which rule for this host?',
      whichHint: 'A name, an IP address, or the address of a web page. The rules in force answer.',
      noHost: 'This is no host name and no IP address.',
      answer: (host: string, route: RouteCode) => `${host} ${routes[route]}`,
      why: {
        rule: ({ line, list, text }) => `because of line ${line} of your rules, in [${list}]: ${text}`,
        default: () => 'because no rule names it',
        local: () => 'because it is on this machine or in its network, and no rule names it',
        mode: () => 'because of the mode',
      } satisfies ByKind<RouteCause>,
      own: 'Your rules',
      inForce: (n: number) => plural(n, { one: '# in force', other: '# in force' }),
      reading: 'being read…',
      none: (hint: string) => `No rules yet: what no rule names goes through the server. ${hint}`,
      field: 'Rules in the ACL format',
      hint: 'The ACL format of Shadowsocks: a heading such as [proxy_list], [bypass_list] or [outbound_block_list], and below it a name (||example.com with all under it), a network (10.0.0.0/8) or a regular expression on each line.',
      file: 'Open a file…',
      save: 'Save',
      discard: 'Discard changes',
      would: (n: number) => plural(n, { one: '# once saved', other: '# once saved' }),
      refused: (n: number) => plural(n, { one: '# line is not applied', other: '# lines are not applied' }),
      refusedList: 'Lines that are not applied',
      line: (n: number) => `Line ${n}`,
      more: (n: number) => plural(n, { one: 'And # more.', other: 'And # more.' }),
      tooLong: (size: string) => `This is longer than ${size}, which is more than Parasol takes.`,
      unreadable: (cause: string) => `The file could not be read: ${cause}`,
    },
    leave: {
      title: 'Save your changes?',
      text: 'There are changes that are not saved.',
      save: 'Save',
      discard: 'Discard',
      stay: 'Keep editing',
    },
    close: {
      title: 'Close the window?',
      text: 'This desktop shows no tray icon. Parasol can go on without a window; start it again to bring the window back.',
      remember: 'Do this from now on',
      keep: 'Keep running',
      quit: 'Quit',
    },
  };
}

/** Every word of the window. A language that lacks one does not compile. */
export type Words = ReturnType<typeof en>;
