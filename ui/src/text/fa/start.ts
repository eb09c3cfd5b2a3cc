import type { start as english } from '../en/start';
import type { Area } from '../shape';
import { own } from './marks';

export const start: Area<typeof english> = {
  title: 'آغاز به کار و اعلان‌ها',
  atLogin: 'آغاز به کار هنگام ورود',
  atLoginHint: 'بدون پنجره؛ نماد سینی نشان می‌دهد که در حال کار است.',
  failed: (cause) => `خوانده نشد یا تغییر نکرد: ${own(cause)}`,
  onAtStart: 'اگر هنگام پایان روشن بود، در آغاز هم روشن شود',
  when: { never: 'هرگز', atLogin: 'هنگام ورود', always: 'همیشه' },
  whenHints: {
    never: 'Parasol خاموش آغاز به کار می‌کند.',
    atLogin: 'وقتی میز کار هنگام ورود آن را اجرا کند. اگر خودتان اجرایش کنید، خاموش است.',
    always: 'وقتی خودتان اجرایش کنید و پس از توقف ناگهانی هم.',
  },
  notify: 'وقتی به من نیاز است خبر بده',
  notifyHint:
    'اعلانی می‌آید وقتی Parasol نتواند ادامه دهد یا پروکسی سیستم تنظیم نباشد، هیچ سروری از گروه کار نکند، یا اشتراک در حال استفاده به پایان برسد. برای چیز دیگری نمی‌آید، و تا پنجره را نگاه می‌کنید هیچ.',
};
