import type { Fault } from '../../backend/bindings/Fault';
import type { PortField } from '../../backend/bindings/PortField';
import type { Problem } from '../../backend/bindings/Problem';
import { type ByCode, byCode } from '../coded';
import { fields } from './profiles';

const portFields: Record<PortField, string> = {
  name: 'Name',
  port: 'Port',
  target: 'Target',
  profile: 'Profile',
  user: 'User',
  password: 'Password',
};

export const problems: ByCode<Problem> = {
  portTaken: ({ port, process, pid, udp }) => {
    const used = `${udp ? `UDP port ${port}` : `Port ${port}`} is used by`;
    if (process && pid) return `${used} ${process} (pid ${pid}).`;
    if (process || pid) return `${used} ${process ?? `the program with pid ${pid}`}.`;
    return `${used} another program.`;
  },
  portReserved: ({ port, first, last }) => `The system keeps port ${port} from programs, as it does with all from ${first} to ${last}.`,
  bindFailed: ({ address, cause }) => `Cannot listen on ${address}: ${cause}.`,
  portUsedTwice: ({ port, name }) => `Port ${port} is already a port here${name ? `: ${name}` : ''}.`,
  badPort: ({ field, fault }) => `This port cannot be opened. ${portFields[field]}: ${byCode<Fault>(faults, fault)}`,
  pluginNotForPort: ({ name }) => `The plugin ${name} carries TCP alone, and this port is for UDP alone.`,
  noProfile: () => 'There is no profile yet, so there is no server to go through.',
  profileGone: () => 'The profile of this port was deleted. Choose another one for it.',
  pluginUnapproved: ({ name }) =>
    `This profile came with the plugin ${name}. It would run as a program of yours: approve it only if you know it.`,
  passwordLocked: () => 'The password is locked in the password store. Unlock it, or try again.',
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
    'This desktop has no proxy setting that Parasol knows. Enter the address below in your programs, or start them where http_proxy, https_proxy and all_proxy are set to it.',
  proxyTaken: () => 'Another program changed the system proxy, and Parasol left it so. Programs may not go through Parasol now.',
  proxyFailed: ({ cause }) => `The system proxy could not be set: ${cause}.`,
};

export const faults: ByCode<Fault> = {
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
