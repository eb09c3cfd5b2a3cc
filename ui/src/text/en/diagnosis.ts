import type { DiagnosisReason } from '../../backend/bindings/DiagnosisReason';
import type { DiagnosisStep } from '../../backend/bindings/DiagnosisStep';
import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import type { ByCode } from '../coded';
import { byKind } from '../coded';
import type { Figures } from '../figures';

const steps: Record<DiagnosisStep, string> = {
  port: 'The port programs use',
  systemProxy: 'System proxy',
  tray: 'Tray icon',
  keyStore: 'Password store',
  socks5: 'SOCKS5 on this machine',
  http: 'HTTP on this machine',
  localUdp: 'UDP on this machine',
  resolve: 'The server’s name',
  connect: 'Connect to the server',
  handshake: 'Handshake',
  firstByte: 'First byte through the server',
  udp: 'UDP through the server',
  clock: 'Clock of this machine',
  plugin: 'Plugin',
  names: 'Names are looked up by the server',
};

const keyStore: Record<KeyStoreView['kind'], string> = {
  unasked: 'it has not answered yet',
  ready: 'it answers',
  locked: 'it is locked',
  dismissed: 'unlocking it was refused',
  absent: 'there is none',
  silent: 'it does not answer',
  noKey: 'it does not have the key',
  failed: 'it answers that it cannot',
};

const noTime: Partial<Record<SubscriptionFault['kind'], string>> = {
  badUrl: 'its address is not one of https',
  noSuchHost: 'it has no address',
  privateHost: 'only hosts of the internet are asked',
  noConnection: 'it does not answer',
  badCertificate: 'it does not prove who it is, as is the case when a clock is days wrong',
  noAuthorities: 'this machine’s certificates cannot be read',
  timedOut: 'it took too long',
};

/** What is said by the words of a problem, of a test's verdict or of its step instead. */
type Elsewhere = 'problem' | 'server' | 'untested';
type Own = Exclude<DiagnosisReason, { code: Elsewhere }>;

/** The diagnosis: its steps, why one was not passed, and what helps. */
export function diagnosis({ plural, span }: Figures) {
  const reasons: ByCode<Own> = {
    portSilent: () => 'The port takes connections and does not answer as Parasol does.',
    proxyNotSet: () => 'Parasol is on, and the system proxy does not point at it.',
    proxyLeft: () => 'The system proxy points at a Parasol that ended unexpectedly.',
    noTray: () => 'This desktop shows no tray icons. On GNOME its AppIndicator extension does; Parasol works without one.',
    keyStore: ({ says }) => `Passwords are sealed with a key from the password store, and ${keyStore[says.kind]}.`,
    selfTest: ({ place }) =>
      byKind<typeof place>(
        {
          port: ({ port }) => `What was said through port ${port} on this machine did not come back. Look at its firewall or virus scanner.`,
          method: ({ name }) =>
            `What was said through a server of Parasol’s own with ${name} did not come back. Look at this machine’s firewall or virus scanner.`,
        },
        place,
      ),
    wrongClock: ({ aheadS }) =>
      `This machine’s clock is ${span(Math.abs(aheadS) * 1000)} ${aheadS < 0 ? 'behind' : 'ahead'}. The 2022 methods need a right one.`,
    namesAskedHere: () => 'The name of something that goes through the server was asked for on this side. Please report this.',
    tooLong: () => 'It took too long.',
    off: () => 'Parasol is off.',
    changing: () => 'Something is just changing.',
    proxyLeftAlone: () => 'It is to be left alone.',
    noWindow: () => 'A terminal has none.',
    secretsInFile: () => 'Not used: passwords are in a file that you alone can read.',
    linkGiven: () => 'A link needs none.',
    noTime: ({ fault }) => `The host that was asked did not tell the time: ${noTime[fault.kind] ?? 'what came is no answer'}.`,
    badTime: () => 'The host that was asked told no time.',
    noPlugin: () => 'There is none.',
    allDirect: () => 'Everything goes directly, and its names are looked up here.',
    namesNotAsked: () => 'It could not be tried on this machine.',
  };
  return {
    title: 'Diagnosis',
    lead: 'Looks at everything from the port to the server, step by step, and says what helps. Nothing is changed. The time is asked of a host over HTTPS: through the server where that works, directly where it does not.',
    run: 'Diagnose',
    again: 'Diagnose again',
    cancel: 'Cancel',
    running: (step: string) => `Trying: ${step}`,
    called: 'Cancelled.',
    good: 'No step failed.',
    bad: (n: number) => plural(n, { one: '# step failed.', other: '# steps failed.' }),
    passed: 'good',
    steps,
    reasons,
    noClockSettings: 'The settings of date and time cannot be opened from here. Open them yourself.',
    said: 'The plugin’s last lines',
    saidHint: 'They may name where you go, so they are not in the report.',
    report: 'Report',
    reportLead: 'For whoever helps you. No passwords, plugin options, addresses of lists or places you go stand in it.',
    withServer: 'With the server’s address',
    copy: 'Copy the report',
    save: 'Save the report…',
  };
}
