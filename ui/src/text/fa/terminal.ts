import type { Shell } from '../../backend/bindings/Shell';
import type { terminal as english } from '../en/terminal';
import type { Area } from '../shape';

const shells: Record<Shell, string> = { sh: 'sh, bash, zsh', fish: 'fish', powershell: 'PowerShell', cmd: 'cmd', nushell: 'Nushell' };

export const terminal: Area<typeof english> = {
  open: 'برای پایانه',
  title: 'گذراندن برنامه‌های پایانه از Parasol',
  text: 'این را در پایانه بچسبانید. تا Parasol روشن است، برنامه‌هایی که آنجا اجرا کنید از آن می‌گذرند؛ بقیهٔ سیستم همان‌طور می‌ماند.',
  shell: 'پوسته',
  shells,
  copy: 'کپی',
  done: 'تمام',
};
