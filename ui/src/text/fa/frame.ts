import type { Event } from '../../backend/bindings/Event';
import type { ByKind } from '../coded';
import type { frame as english } from '../en/frame';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, list, ltr, own } from './marks';

export const events = ({ plural }: Figures): ByKind<Event> => ({
  restoredBackup: ({ kept }) => `پروندهٔ پروفایل‌ها خوانده نشد، برای همین از نسخهٔ پشتیبانش استفاده می‌شود. پروندهٔ ناخوانا با نام ${ltr(kept)} نگه داشته شده است.`,
  startedEmpty: ({ kept }) => `پروندهٔ پروفایل‌ها خوانده نشد و نسخهٔ پشتیبانی هم نبود، برای همین فهرست خالی است. پروندهٔ ناخوانا با نام ${ltr(kept)} نگه داشته شده است.`,
  profilesLeftOut: ({ count }) =>
    plural(count, {
      one: '# پروفایل در پروندهٔ پروفایل‌ها معنا ندارد و نشان داده نمی‌شود. همان‌طور که هست در پرونده می‌ماند.',
      other: '# پروفایل در پروندهٔ پروفایل‌ها معنا ندارند و نشان داده نمی‌شوند. همان‌طور که هستند در پرونده می‌مانند.',
    }),
  newerFile: ({ path }) => `پروندهٔ ${ltr(path)} را Parasol تازه‌تری نوشته است. تغییرهایی که اینجا بدهید ذخیره نمی‌شوند.`,
  heldByAnother: ({ path }) => `Parasol دیگری از ${ltr(path)} استفاده می‌کند. تغییرهایی که اینجا بدهید ذخیره نمی‌شوند.`,
  notSaved: ({ cause }) => `آخرین تغییر روی دیسک نوشته نشد: ${own(cause)}. با بسته شدن Parasol از دست می‌رود.`,
  proxyRecovered: () => 'بار پیش Parasol ناگهان بسته شد. پروکسی سیستم حالا همان است که پیش از آن بود.',
  proxyChangedByAnother: () => 'در این میان برنامهٔ دیگری پروکسی سیستم را تغییر داده است. به مقدارهای آن دست زده نشد.',
  trafficAnew: ({ kept, newer }) =>
    `${newer ? 'تاریخچهٔ ترافیک را Parasol تازه‌تری نوشته است' : 'تاریخچهٔ ترافیک خوانده نشد'}، برای همین از نو آغاز می‌شود. پروندهٔ آن با نام ${ltr(kept)} نگه داشته شده است.`,
  restored: () => 'همه‌چیز مانند آن وضعیت شد. وضعیت پیشین نگه داشته شده است.',
  wentOff: () => 'آنچه در حال استفاده بود دیگر نیست یا تغییر کرده است، پس Parasol خاموش شد. برای ادامه با آنچه اکنون انتخاب شده است، روشنش کنید.',
  imported: ({ added, changed }) => {
    const news = plural(added, { other: '# پروفایل اضافه شد.' });
    if (changed === 0) return news;
    const others = plural(changed, { other: '# پروفایل تغییر کرد.' });
    return added === 0 ? others : `${news} ${others}`;
  },
});

export const frame = ({ plural }: Figures): Area<typeof english> => ({
  name: 'Parasol',
  version: (version) => ltr(`Parasol ${version}`),
  notAsked: (cause) => `Parasol پاسخ نداد: ${own(cause)}`,
  dismiss: 'بستن',
  cancel: 'لغو',
  deleteIt: 'حذف',
  unsafe: 'ناامن',
  list,
  nav: { label: 'صفحه‌ها', home: 'خانه', profiles: 'پروفایل‌ها', connections: 'اتصال‌ها', traffic: 'ترافیک', rules: 'قوانین', log: 'رویدادها', settings: 'تنظیمات' },
  foot: {
    flows: (n) => plural(n, { other: '# اتصال' }),
    since: (time, size) => `از ${time} · ${figure(size)}`,
  },
  handed: {
    waiting: (n) => plural(n, { one: '# لینک از برنامهٔ دیگری رسید.', other: '# لینک از برنامه‌های دیگر رسید.' }),
    show: 'نمایش',
  },
  undo: { deleted: (name) => `${own(name)} حذف شد.`, press: 'برگرداندن' },
  leave: {
    title: 'تغییرها ذخیره شوند؟',
    text: 'تغییرهایی هست که ذخیره نشده‌اند.',
    save: 'ذخیره',
    discard: 'دور انداختن',
    stay: 'ادامهٔ ویرایش',
  },
  ended: {
    title: 'Parasol از کار افتاد',
    text: 'چیزی در درون آن خراب شد. تا دوباره اجرا نشود یا بسته نشود، برنامه‌هایی که از Parasol استفاده می‌کنند شاید شبکه نداشته باشند.',
    again: 'اجرای دوباره',
  },
  close: {
    title: 'پنجره بسته شود؟',
    text: 'این میز کار نماد سینی نشان نمی‌دهد. Parasol می‌تواند بدون پنجره کار کند؛ برای بازگشت پنجره، دوباره اجرایش کنید.',
    remember: 'از این پس همین کار بشود',
    keep: 'ادامهٔ کار',
    quit: 'خروج',
  },
});
