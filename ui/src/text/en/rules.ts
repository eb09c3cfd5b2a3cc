import type { RouteCause } from '../../backend/bindings/RouteCause';
import type { RouteCode } from '../../backend/bindings/RouteCode';
import type { RoutingMode } from '../../backend/bindings/RoutingMode';
import type { RuleFault } from '../../backend/bindings/RuleFault';
import type { ByCode, ByKind } from '../coded';
import type { Figures } from '../figures';

export const ruleFaults: ByCode<RuleFault> = {
  unknownSection: () => 'this heading is not known, and the rules below it are not applied either',
  badNetwork: () => 'not a network; write it as 10.0.0.0/8 or 2001:db8::/32',
  badName: () => 'not a host name',
  badPattern: ({ cause }) => `not a regular expression that can be used: ${cause}`,
  patternTooBig: () => 'this regular expression is too big',
  tooManyPatterns: () => 'too many regular expressions; a name is better written as |name or ||name',
  notAscii: () => 'has letters that no host name has on the wire',
  tooLong: () => 'this line is too long',
  import: () => 'other lists are not fetched; paste their rules here',
  pacBlocks: () => 'a script cannot block; put it into your rules',
  pacPattern: () => 'this regular expression is not for programs; put it into your rules',
};

const modes: Record<RoutingMode, string> = { rules: 'Rules', global: 'Global', direct: 'Direct' };

const routes: Record<RouteCode, string> = {
  proxy: 'goes through the server',
  direct: 'goes directly',
  block: 'is blocked',
};

export const rules = ({ count, plural }: Figures) => ({
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
      rule: ({ from, hits, line, list, text }) =>
        `because of line ${line} of ${from === null ? 'your rules' : from}, in [${list}]: ${text}${hits ? ` (it has decided ${count(hits)} so far)` : ''}`,
      default: ({ from }) => (from === null ? 'because no rule names it' : `because no rule names it, and ${from} says so of the rest`),
      local: () => 'because it is on this machine or in its network, and no rule names it',
      mode: () => 'because of the mode',
    } satisfies ByKind<RouteCause>,
    own: 'Your rules',
    pac: 'For PAC alone',
    other: { own: 'Back to your rules', pac: 'Rules for PAC alone' },
    pacNone: (hint: string) => `No rules yet: the script (PAC) says what your rules say. ${hint}`,
    pacHint: 'For the script (PAC) that programs read with the system proxy on PAC. They come before your rules there, in the mode Rules: names and networks of [bypass_list] go directly without Parasol, those of [proxy_list] come to it.',
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
});
