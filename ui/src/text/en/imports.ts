import type { ImportDiffers } from '../../backend/bindings/ImportDiffers';
import type { ImportFault } from '../../backend/bindings/ImportFault';
import type { ImportFormat } from '../../backend/bindings/ImportFormat';
import type { ImportPlace } from '../../backend/bindings/ImportPlace';
import type { ImportPreview } from '../../backend/bindings/ImportPreview';
import type { LookFault } from '../../backend/bindings/LookFault';
import type { ByCode, ByKind } from '../coded';
import type { Figures } from '../figures';

export const importFaults: ByCode<ImportFault> = {
  nothing: () => 'there is nothing in it',
  notText: () => 'neither text nor a picture',
  unknownFormat: () => 'no format that Parasol knows',
  syntax: ({ line, column }) => `cannot be read from line ${line}, column ${column} on`,
  endsEarly: () => 'it ends too early. Copy it again',
  noServers: () => 'no server stands in it',
  tooLong: () => 'too long',
  tooMany: () => 'this one and those behind it are more than are taken at once',
  notALink: () => 'there is no ss:// link in it. A link begins with ss:// – copy it again from its beginning',
  misspelt: () => 'a link begins with ss://. Look at its first characters',
  twoLinks: () => 'two links run into each other. Put each on a line of its own',
  space: () => 'there is a space in the link. Take it out',
  cut: () => 'the link is cut off: the part with @server:port is missing. Copy it again as one line',
  badUserinfo: () => 'characters are missing or changed. Copy the link again',
  badHost: () => 'no host name or IP address',
  noPort: () => 'the port is missing; it is a number from 1 to 65535. If it is a link, it may be cut off',
  badPort: () => 'the port must be from 1 to 65535',
  unknownMethod: ({ name }) => (name === '' ? 'Parasol does not know its method' : `Parasol does not know the method ${name}`),
  badPassword: () => 'the password is empty, or no key for this method',
  plugin: ({ name }) => `needs a plugin that cannot be used: ${name}`,
  wrongValue: ({ field }) => {
    if (field === '') return 'not what an entry looks like';
    return field === 'server_port' || field === 'port' ? 'its port is no number' : `${field} has a value of the wrong kind`;
  },
  variable: () => 'its password stands in a variable of the environment',
  otherProtocol: ({ name }) =>
    `${name === '' ? 'a server of another protocol' : `a ${name} server`}. Parasol speaks Shadowsocks only: ask for an ss:// link`,
  foreignLink: ({ name }) => `only the program that wrote ${name}:// links reads them; share it there as an ss:// link`,
  picture: () => 'a picture, where only text is read',
  subscription: () => 'this is a web address. If it is a subscription, Parasol can fetch its servers from there',
  backup: () => 'a backup with a passphrase. Settings → Backup → Restore opens it',
  otherPicture: () => 'another kind of picture. Take a picture of the screen, or save it as PNG',
  damagedPicture: () => 'the picture is cut off or damaged',
  largePicture: ({ width, height }) => `the picture of ${width} × ${height} pixels is too large; cut out the code`,
  noCode: () => 'no QR code is seen in the picture',
  noCodeOnScreen: () => 'no QR code is seen on the screen. Show it larger, with a light rim and nothing over it, and look again',
  damagedCode: () => 'the QR code cannot be read; a larger or sharper picture may help',
};

export const places: ByKind<ImportPlace> = {
  whole: () => '',
  line: ({ line }) => `Line ${line}: `,
  item: ({ number, name }) => (name === '' ? `Server ${number}: ` : `Server ${number}, ${name}: `),
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
  rest: 'fields that Parasol does not use',
};

const lookFaults: ByCode<LookFault> = {
  unavailable: () => 'This desktop lets no program look at the screen. Take a picture of it with the desktop’s own program, and paste it here.',
  refused: () => 'It was not allowed. Try again and allow it, or take a picture of the screen yourself and paste it here.',
  timedOut: () => 'There was no answer. Try again.',
  empty: () => 'The clipboard holds neither text nor a picture that can be read.',
  failed: ({ cause }) => `It did not work: ${cause}.`,
};

/** What was given is; empty where there is no more to say. */
const formats: Record<ImportFormat, string> = {
  links: 'links',
  base64: 'a list of links in base64',
  guiConfig: 'gui-config.json',
  configFile: 'config.json',
  sip008: 'a SIP008 list',
  clash: 'a Clash configuration',
  singBox: 'a sing-box configuration',
  v2rayN: 'servers of v2rayN',
  nekoBox: 'servers of NekoBox',
  outline: 'an Outline key',
  parasol: 'profiles of Parasol',
  json: 'JSON',
  picture: 'a picture',
  screen: 'the screen',
  unknown: '',
};

export const imports = (figures: Figures) => ({
  first: {
    title: 'Add a server',
    lead: 'Paste what you were given: an ss:// link, or the address of a subscription (https://…).',
    field: 'Link',
    add: 'Add and switch on',
    try: 'Try it now',
    tryWhy:
      'No link yet? The built-in server runs inside Parasol, without account or network. It shows how everything works; it does not hide where you are.',
    filesWhy: 'A QR code on the screen or in a picture, or settings of another program. Files can be dropped on the window too.',
    byHand: 'Enter by hand',
    or: 'Other ways',
  },
  imports: {
    title: 'Import',
    back: 'Back',
    field: 'Links, or the text of a file',
    orFiles: 'Or files of other programs, and QR codes: choose them, paste or drop them on the window, or have Parasol look.',
    sights: { clipboard: 'From the clipboard', screen: 'From the screen' },
    lookFaults,
    choose: 'Choose files…',
    pasted: 'Pasted text',
    drop: 'Drop the files to see what is in them',
    at: (at: number, of: number) => `file ${at} of ${of}`,
    skip: 'Skip this file',
    leftOut: (n: number) =>
      figures.plural(n, { one: '# more link was left out: too long, or one too many.', other: '# more links were left out: too long, or too many.' }),
    looking: 'Looking…',
    unreadable: (cause: string) => `The file could not be read: ${cause}`,
    /** What it is and that nothing has happened yet; nothing for nothing. */
    summary: ({ id, format, added, changed, unchanged }: ImportPreview) => {
      if (id === 0) return '';
      const found = added.length + changed.length + unchanged.length;
      const servers = found === 0 ? 'no server' : figures.plural(found, { one: '# server', other: '# servers' });
      const what = formats[format] === '' ? '' : `${formats[format]}: `;
      const saved = added.length + changed.length > 0 ? ' Nothing is saved before you add it.' : '';
      const more = format === 'parasol' ? ' Only the profiles are taken here; Settings → Backup → Restore takes everything that is in a backup.' : '';
      return `${what}${servers}.${saved}${more}`.replace(/^./, (first) => first.toUpperCase());
    },
    add: (adds: number, changes: number) => {
      if (changes === 0) return adds === 0 ? 'Add' : figures.plural(adds, { one: 'Add # profile', other: 'Add # profiles' });
      const change = figures.plural(changes, { one: 'hange # profile', other: 'hange # profiles' });
      return adds === 0 ? `C${change}` : `Add ${figures.count(adds)}, c${change}`;
    },
    addList: 'Add as a subscription',
    added: 'New',
    changed: 'Changed',
    unchanged: 'Known already',
    repeated: 'Twice in it',
    refused: 'Not taken',
    of: (wanted: number, all: number) => (wanted === all ? figures.count(all) : `${figures.count(wanted)} of ${figures.count(all)}`),
    more: (n: number, all: number) => `Show ${figures.count(n)} more of ${figures.count(all)}`,
    unsafe: 'an unsafe method: Parasol asks you before it is used',
    plugin: (name: string) => `needs the plugin ${name}: Parasol asks you before it runs`,
    unused: (keys: string[]) => `Parasol does nothing with ${keys.join(', ')}`,
    differs: (field: string) => `${field} differs`,
    before: 'before: ',
    after: ' after: ',
    empty: 'nothing',
  },
});
