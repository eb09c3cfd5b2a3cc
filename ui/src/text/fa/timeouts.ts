import type { timeouts as english } from '../en/timeouts';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export function timeouts(figures: Figures): Area<typeof english> {
  return {
    title: 'مهلت‌ها',
    lead: 'هر مرحله تا چه زمانی می‌تواند طول بکشد، پیش از آن که از اتصال دست کشیده شود.',
    change: 'تغییر…',
    seconds: (n) => `${figures.count(n)} ثانیه`,
    names: {
      handshake: 'درخواست برنامه',
      resolve: 'نشانی یک نام',
      connect: 'پاسخ به اتصال',
      firstByte: 'نخستین بایت پاسخ',
      idle: 'چیزی جابه‌جا نمی‌شود',
      halfClosed: 'چیزی جابه‌جا نمی‌شود و یک طرف تمام کرده است',
    },
    inSeconds: 'مهلت‌ها به ثانیه',
    again: 'با ذخیره کردن، اتصال‌های باز قطع می‌شوند.',
    usual: (n) => `معمولاً ${figures.count(n)}`,
    fault: (most) => `عددی درست از ۱ تا ${figures.count(most)}`,
    save: 'ذخیره',
  };
}
