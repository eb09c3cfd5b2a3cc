import type { ImportDiffers } from '../../backend/bindings/ImportDiffers';
import type { ImportFault } from '../../backend/bindings/ImportFault';
import type { ImportPlace } from '../../backend/bindings/ImportPlace';
import type { ByCode, ByKind } from '../coded';
import type { Figures } from '../figures';

export const importFaults: ByCode<ImportFault> = {
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

export const places: ByKind<ImportPlace> = {
  whole: () => '',
  line: ({ line }) => `Line ${line}: `,
  path: ({ path }) => `${path}: `,
  code: ({ code }) => `QR code ${code}: `,
};

export const differs: Record<ImportDiffers, string> = {
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

export const imports = ({ plural }: Figures) => ({
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
});
