import type { HopState } from '../../backend/bindings/HopState';
import type { StageCode } from '../../backend/bindings/StageCode';
import type { VerdictCode } from '../../backend/bindings/VerdictCode';

/** What a verdict is called, and the one line that says what to do. `server`: it was the way through a server. */
interface Advice {
  label: string;
  advice: (server: boolean) => string;
}

export const verdicts: Record<VerdictCode, Advice> = {
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
  udpUnanswered: {
    label: 'No answer over UDP',
    advice: () => 'What was sent over UDP had no answer. The server may not relay UDP, or a firewall drops it; pages and mail work without.',
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
    advice: () => 'The password or the method is not the server’s: what it answers cannot be opened. Compare them with the server’s.',
  },
  wrongClock: {
    label: 'Clocks differ',
    advice: () => 'The server’s clock and this machine’s are more than 30 s apart. Set right the one that is wrong; the method needs that.',
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
    label: 'Too many connections here',
    advice: () => 'It ran out of connections or memory. Close programs that open very many connections.',
  },
};

export const stages: Record<StageCode, string> = {
  handshake: 'request',
  resolve: 'name lookup',
  connect: 'connect',
  stream: 'stream',
  associate: 'UDP',
  closed: 'closing',
};

export const hops: Record<HopState, string> = { unknown: 'not used yet', good: 'works', failed: 'failed' };
