import type { Event } from '../../backend/bindings/Event';
import type { ByKind } from '../coded';
import type { Figures } from '../figures';

export const events = ({ plural }: Figures): ByKind<Event> => ({
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
  trafficAnew: ({ kept, newer }) =>
    newer
      ? `A newer Parasol wrote the traffic history, so it starts anew. The file is kept as ${kept}.`
      : `The traffic history could not be read, so it starts anew. The file is kept as ${kept}.`,
  restored: () => 'Everything is as it was in that state. The state before is kept.',
  wentOff: () => 'Parasol is off now, because what was in use is gone or changed. Switch it on to go on with what is chosen now.',
  imported: ({ added, changed }) => {
    const news = plural(added, { one: 'Added # profile.', other: 'Added # profiles.' });
    if (changed === 0) return news;
    const others = plural(changed, { one: 'Changed # profile.', other: 'Changed # profiles.' });
    return added === 0 ? others : `${news} ${others}`;
  },
});

export const frame = ({ plural }: Figures) => ({
  name: 'Parasol',
  version: (version: string) => `Parasol ${version}`,
  notAsked: (cause: string) => `Parasol did not answer: ${cause}`,
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  deleteIt: 'Delete',
  unsafe: 'unsafe',
  /** One thing after the other, in one line. */
  list: (parts: readonly string[]) => parts.join(', '),
  nav: { label: 'Screens', home: 'Home', profiles: 'Profiles', connections: 'Connections', traffic: 'Traffic', rules: 'Rules', log: 'Log', settings: 'Settings' },
  foot: {
    flows: (n: number) => plural(n, { one: '# flow', other: '# flows' }),
    since: (time: string, size: string) => `since ${time} · ${size}`,
  },
  handed: {
    waiting: (n: number) => plural(n, { one: '# link came from another program.', other: '# links came from another program.' }),
    show: 'Show',
  },
  undo: { deleted: (name: string) => `Deleted ${name}.`, press: 'Undo' },
  leave: {
    title: 'Save your changes?',
    text: 'There are changes that are not saved.',
    save: 'Save',
    discard: 'Discard',
    stay: 'Keep editing',
  },
  ended: {
    title: 'Parasol has stopped',
    text: 'Something in it has failed. Programs that are set to Parasol may have no network until it is started again, or quits.',
    again: 'Start again',
  },
  close: {
    title: 'Close the window?',
    text: 'This desktop shows no tray icon. Parasol can go on without a window; start it again to bring the window back.',
    remember: 'Do this from now on',
    keep: 'Keep running',
    quit: 'Quit',
  },
});
