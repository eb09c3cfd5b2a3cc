import type { timeouts as english } from '../en/timeouts';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export function timeouts(figures: Figures): Area<typeof english> {
  return {
    title: 'مهلت‌ها',
    lead: 'چه مدت می‌تواند بگذرد، پیش از آن که Parasol اتصال را رها کند.',
    change: 'تغییر…',
    seconds: (n) => `${figures.count(n)} ثانیه`,
    names: {
      handshake: 'درخواست',
      resolve: 'یافتن نام',
      connect: 'پاسخ به اتصال',
      firstByte: 'نخستین بایت',
      idle: 'بی‌کار',
      halfClosed: 'بی‌کار، پس از پایان یک طرف',
    },
    inSeconds: 'مهلت‌ها به ثانیه',
    bound: 'برای نخستین بایت، و برای اتصالی که یک طرفش پایان یافته، بیش از مهلت «بی‌کار» صبر نمی‌شود.',
    again: 'با ذخیره کردن، اتصال‌های باز قطع می‌شوند.',
    usual: (n) => `معمولاً ${figures.count(n)}`,
    fault: (most) => `عددی صحیح از ۱ تا ${figures.count(most)}`,
    save: 'ذخیره',
  };
}
