import type { ExportFormat } from '../../backend/bindings/ExportFormat';

export const share = {
  title: (name: string) => `Share ${name}`,
  warning: 'It holds the password: whoever sees or gets it can use the server.',
  as: 'Share as',
  formats: { links: 'Link', sip008: 'SIP008', config: 'config.json' } satisfies Record<ExportFormat, string>,
  fields: { links: 'For phones and most programs', sip008: 'A list for clients that read SIP008', config: 'For shadowsocks-libev and shadowsocks-rust' } satisfies Record<ExportFormat, string>,
  qr: (name: string) => `QR code of the link to ${name}`,
  noQr: 'The link is too long for a QR code.',
  locked: (name: string) => `${name}: its password is locked in the password store. Unlock it (Settings → Passwords) and try again.`,
  nothing: 'There is nothing in this profile that could be shared.',
  copy: 'Copy',
  copied: 'Copied. It leaves the clipboard in a minute, or when Parasol quits.',
  copiedAndStays: 'Copied. It stays in the clipboard until something else takes its place.',
  notCopied: 'It could not be copied. It is selected now: press Ctrl+C.',
  save: 'Save as a file…',
  savePng: 'Save the code as PNG…',
  saveSvg: 'Save the code as SVG…',
  notSaved: (cause: string) => `It could not be saved: ${cause}. A file that was there is as it was.`,
  close: 'Close',
};
