import type { LogLevel } from '../../backend/bindings/LogLevel';
import type { log as english } from '../en/log';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { ltr, own } from './marks';

const levels: Record<LogLevel, string> = { error: 'خطا', warn: 'هشدار', info: 'اطلاع', debug: 'جزئیات' };
const show: Record<LogLevel, string> = { error: 'خطاها', warn: 'هشدارها', info: 'اطلاع', debug: 'همه' };
const noted: Record<LogLevel, string> = { error: 'فقط خطاها', warn: 'هشدارها و خطاها', info: 'آنچه رخ می‌دهد (معمول)', debug: 'همهٔ جزئیات' };

export const log = ({ count }: Figures): Area<typeof english> => ({
  title: 'رویدادها',
  list: 'سطرهای رویدادها',
  keys: `کلیدهای جهت انتخاب می‌کنند، ${ltr('Ctrl+A')} همه را انتخاب می‌کند، ${ltr('Ctrl+C')} کپی می‌کند.`,
  levels: levels,
  showLabel: 'نمایش',
  show: show,
  search: 'جست‌وجو',
  searchHint: 'واژه‌های یک سطر',
  counted: (shown, all) => (shown === all ? `${count(all)} سطر` : `${count(shown)} از ${count(all)} سطر`),
  selected: (n) => `${count(n)} سطر انتخاب شده`,
  follow: 'دنبال کردن',
  copy: 'کپی',
  save: 'ذخیره…',
  clear: 'پاک کردن',
  clearHint: 'همهٔ سطرها را پاک می‌کند، در پرونده هم',
  cleared: 'پاک شد، در پرونده هم.',
  none: 'هنوز چیزی گفته نشده است.',
  noMatch: (n) => (n === 1 ? 'تنها سطری که هست با آن جور نیست.' : `هیچ‌یک از ${count(n)} سطر با آن جور نیست.`),
  noted: {
    title: 'آنچه ثبت می‌شود',
    level: 'ثبت',
    levels: noted,
    targets: 'مقصد اتصال‌ها هم',
    targetsOff: 'در رویدادها نام هیچ سایت یا میزبانی که برنامه‌ها به آن وصل می‌شوند نمی‌آید.',
    targetsOn: 'در رویدادها برای هر اتصال سطری هست که مقصدش را می‌گوید. به هر کس نشانش دهید آن را می‌بیند. پروندهٔ روی دیسک هرگز این نام‌ها را ندارد.',
    file: (path) => `در ${ltr(path)} نگه داشته می‌شود، حداکثر ۴ مگابایت. فقط شما می‌توانید آن را بخوانید.`,
    fault: (cause) => `رویدادها روی دیسک نوشته نمی‌شوند: ${own(cause)}. در حافظه نگه داشته می‌شوند.`,
  },
});
