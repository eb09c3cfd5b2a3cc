import type { Shell } from '../../backend/bindings/Shell';

export const terminal = {
  open: 'For a terminal',
  title: 'Use Parasol in a terminal',
  text: 'Paste this into the terminal. Programs that you start there go through Parasol while it is on; the rest of the system stays as it is.',
  shell: 'Shell',
  shells: { sh: 'sh, bash, zsh', fish: 'fish', powershell: 'PowerShell', cmd: 'cmd', nushell: 'Nushell' } satisfies Record<Shell, string>,
  copy: 'Copy',
  done: 'Done',
};
