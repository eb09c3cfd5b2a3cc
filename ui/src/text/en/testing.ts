import type { ProbeFault } from '../../backend/bindings/ProbeFault';
import type { StepReason } from '../../backend/bindings/StepReason';
import type { TestStep } from '../../backend/bindings/TestStep';
import type { TestVerdict } from '../../backend/bindings/TestVerdict';
import type { ByKind } from '../coded';
import type { Figures } from '../figures';

const steps: Record<TestStep, string> = {
  resolve: 'Name lookup',
  connect: 'Connect',
  handshake: 'Handshake',
  firstByte: 'First byte',
  udp: 'UDP there and back',
};

const reasons: Record<StepReason, string> = {
  earlierFailed: 'not tried',
  noName: 'not needed',
  pluginDoes: 'done by the plugin',
  pluginCarriesNone: 'not carried by the plugin',
  unusable: 'not tried',
  nameNotFound: 'no such name',
  nameServerSilent: 'no answer from the name servers',
  refused: 'refused',
  noAnswer: 'no answer',
  unreachable: 'no way there',
  noResources: 'too many connections here',
  silent: 'connected, no answer',
  closed: 'closed',
  badAnswer: 'password or method is not the server’s',
  wrongClock: 'the clocks differ',
  targetUnreachable: 'the page does not come',
};

/** In a list: what failed. */
const labels: Record<TestVerdict['kind'], string> = {
  works: 'works',
  worksWithoutUdp: 'no UDP',
  nameNotFound: 'no such name',
  nameServerSilent: 'name lookup had no answer',
  refused: 'refused',
  noAnswer: 'no answer',
  unreachable: 'no way there',
  noResources: 'too many connections here',
  silent: 'connected, no answer',
  closed: 'closes at once',
  badAnswer: 'wrong password or method',
  wrongClock: 'the clock is wrong',
  targetUnreachable: 'reaches nothing',
  unusable: 'cannot be used',
};

const probeFaults: Record<ProbeFault, string> = {
  url: 'A plain web address, such as http://example.org/.',
  nameServer: 'An IP address or a host name, with a port if it is not 53.',
};

/** Tests of servers: the steps, what came of them, and what to do about it. */
export function testing({ plural, count, span }: Figures) {
  const closed = 'Compare password and method with the server’s; it may also not know this password any more.';
  const verdicts: ByKind<TestVerdict> = {
    works: () => 'The server works.',
    worksWithoutUdp: () => 'Pages and mail work. UDP does not come back, so calls and games may fail: the server may not relay UDP, or something on the way drops it.',
    nameNotFound: () => 'The server’s name does not exist. Look for a typing mistake in the profile.',
    nameServerSilent: () => 'The name servers did not answer. Check this machine’s network, or use the server’s IP address.',
    refused: () => 'The machine answers, but nothing listens on that port. Check the profile’s port, or start the server.',
    noAnswer: () => 'Nothing answers at the server’s address. A firewall, a wrong port, or the server is down.',
    unreachable: () => 'The network knows no way to the server. Check this machine’s connection; IPv6 may be missing.',
    noResources: () => 'This machine ran out of connections or memory. Close programs that open very many connections.',
    silent: () => 'The server took the connection and stayed silent: password, method or clock differ.',
    closed: ({ bytes }) =>
      bytes === 0
        ? `The server took the connection and closed it without a word. ${closed}`
        : `The server took the connection and closed it after ${plural(bytes, { one: '# byte', other: '# bytes' })}. ${closed}`,
    badAnswer: () => 'The password or the method is not the server’s: what it answers cannot be opened. Compare them with the server’s.',
    wrongClock: ({ aheadS }) => {
      if (aheadS === null) return 'The server says that this machine’s clock is wrong. Set it right: the method needs that.';
      const way = aheadS < 0 ? 'behind' : 'ahead of';
      return `This machine’s clock is ${span(Math.abs(aheadS) * 1000)} ${way} the server’s. Set it right: the method needs that.`;
    },
    targetUnreachable: () => 'The server answers, but what was fetched through it does not come. It may have no way out, or the address in Settings does not answer.',
    unusable: () => 'This profile cannot be used as it is.',
  };
  return {
    title: 'Test',
    all: 'Test all',
    one: 'Test',
    named: (name: string) => `Test ${name}`,
    again: 'Test again',
    running: 'testing…',
    cancel: 'Cancel',
    progress: (ended: number, asked: number) => `Testing: ${count(ended)} of ${count(asked)}`,
    done: (works: number, of: number) => `Tested ${count(of)}: ${plural(works, { one: '# works', other: '# work' })}.`,
    lead: 'Tries the server step by step, as the fields say now. Nothing is saved.',
    faulty: 'There is something to mend in the fields first.',
    step: 'Step',
    took: 'Took',
    at: (time: string) => `Tested ${time}`,
    then: (result: string, time: string) => `${result} at ${time}`,
    steps,
    reasons,
    labels,
    but: (latency: string, label: string) => `${latency}, ${label}`,
    verdicts,
    settings: 'Tests of servers',
    settingsLead: 'What is asked for through a server to see whether it works.',
    url: 'Fetched page',
    urlHint: 'Plain http, so that nothing but the server can fail. Only its first byte counts.',
    nameServer: 'Name server',
    nameServerHint: 'Asked for a name over UDP.',
    save: 'Save',
    saved: 'Saved.',
    probeFaults,
  };
}
