import type { Shell } from '../../backend/bindings/Shell';
import type { terminal as english } from '../en/terminal';
import type { Area } from '../shape';

const shells: Record<Shell, string> = { sh: 'sh, bash, zsh', fish: 'fish', powershell: 'PowerShell', cmd: 'cmd', nushell: 'Nushell' };

export const terminal: Area<typeof english> = {
  open: '用于终端',
  title: '让终端里的程序经过 Parasol',
  text: '把它粘贴到终端里。Parasol 开启时，从那里启动的程序会经过它；系统的其余部分保持不变。',
  shell: 'Shell',
  shells,
  copy: '复制',
  done: '完成',
};
