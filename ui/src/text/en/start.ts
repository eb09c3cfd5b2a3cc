export const start = {
  title: 'Start and notifications',
  atLogin: 'Start at login',
  atLoginHint: 'Without a window; the tray icon shows that it runs.',
  failed: (cause: string) => `That could not be read or changed: ${cause}`,
  onAtStart: 'Switch on at start, if it was on before',
  when: { never: 'Never', atLogin: 'At login', always: 'Always' },
  whenHints: {
    never: 'Parasol starts off.',
    atLogin: 'When the desktop starts Parasol at login. Started by hand, it is off.',
    always: 'Also when you start it yourself, and after a crash.',
  },
  notify: 'Tell me when something needs me',
  notifyHint:
    'A notification when Parasol cannot go on or the system proxy is not set, when no server of the group works, or when the subscription in use has ended. Nothing else, and nothing while you look at the window.',
};
