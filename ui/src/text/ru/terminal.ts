import type { Shell } from '../../backend/bindings/Shell';
import type { terminal as english } from '../en/terminal';
import type { Area } from '../shape';

const shells: Record<Shell, string> = { sh: 'sh, bash, zsh', fish: 'fish', powershell: 'PowerShell', cmd: 'cmd', nushell: 'Nushell' };

export const terminal: Area<typeof english> = {
  open: 'Для терминала',
  title: 'Программы терминала через Parasol',
  text: 'Вставьте это в терминал. Программы, которые вы там запустите, идут через Parasol, пока он включён; остальная система не меняется.',
  shell: 'Оболочка',
  shells,
  copy: 'Копировать',
  done: 'Готово',
};
