import type { CertificateFault } from '../../backend/bindings/CertificateFault';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import type { UrlSlip } from '../../backend/bindings/UrlSlip';
import type { ByKind } from '../coded';
import { mayPass, type subscriptions as english } from '../en/subscriptions';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, ltr, own } from './marks';

const certificateFaults: Record<CertificateFault, string> = {
  untrusted: 'را هیچ‌یک از مراجع مورد اعتماد این دستگاه تأیید نمی‌کند',
  wrongName: 'برای نام دیگری است',
  expired: 'امروز معتبر نیست؛ اگر باید باشد، ساعت این دستگاه درست نیست',
  revoked: 'باطل شده است',
  other: 'قابل استفاده نیست',
};

const urlSlips: Record<UrlSlip, string> = {
  link: 'این لینک یک سرور است. آن را در پروفایل‌ها ← وارد کردن بدهید.',
  http: `این نشانی در راه رمزنگاری نمی‌شود. ${ltr('https://')} را امتحان کنید، یا چنین نشانی‌ای از ارائه‌دهنده بخواهید.`,
  noScheme: `آغاز نشانی کم است. ${ltr('https://')} را پیش از آن بگذارید.`,
  login: 'نشانی‌ای که نام کاربری و رمز در آن باشد پذیرفته نمی‌شود.',
  other: `این نشانی یک اشتراک نیست. نشانی با ${ltr('https://')} یا ${ltr('ssconf://')} آغاز می‌شود.`,
};

export const subscriptionFaults: ByKind<SubscriptionFault> = {
  badUrl: ({ slip }) => urlSlips[slip],
  locked: () => 'نشانی در مخزن رمز قفل است. قفل را باز کنید و دوباره امتحان کنید.',
  noSuchHost: ({ host }) => `نام ${ltr(host)} پیدا نشد. نوشتار آن و شبکهٔ این دستگاه را بررسی کنید.`,
  privateHost: ({ host }) => `${ltr(host)} روی این دستگاه یا در شبکهٔ آن است. فهرست‌ها فقط از اینترنت گرفته می‌شوند.`,
  noConnection: ({ host }) => `به ${ltr(host)} وصل نشد. شاید خاموش باشد یا در راه مسدود شده باشد.`,
  badCertificate: ({ host, fault }) => `گواهی ${ltr(host)} ${certificateFaults[fault]}. شاید کس دیگری پاسخ می‌دهد.`,
  noAuthorities: () => `این دستگاه فهرست مراجع گواهی مورد اعتماد ندارد. ${ltr('ca-certificates')} را نصب کنید.`,
  timedOut: () => 'فهرست به‌موقع نرسید.',
  tooLarge: () => 'فهرست بزرگ‌تر از آن است که Parasol می‌پذیرد.',
  tooManyRedirects: () => 'نشانی از جایی به جای دیگر می‌برد و به فهرستی نمی‌رسد.',
  badRedirect: ({ host }) => `${ltr(host)} به نشانی‌ای می‌برد که با ${ltr('https://')} آغاز نمی‌شود. از آنجا فهرستی گرفته نمی‌شود.`,
  refused: ({ host, status }) =>
    status >= 500
      ? `${ltr(host)} خودش ایراد دارد (وضعیت ${status}). دوباره امتحان می‌شود.`
      : `${ltr(host)} فهرست را نمی‌دهد (وضعیت ${status}). شاید نشانی منقضی شده باشد: از کسی که آن را داده بپرسید.`,
  badAnswer: ({ host }) => `پاسخ ${ltr(host)} خوانده نمی‌شود.`,
  noList: () => 'آنچه رسید فهرست سرور نیست، شاید یک صفحهٔ وب است. نشانی اشتراک Shadowsocks را از ارائه‌دهنده بخواهید.',
  noServers: () => 'در فهرست سروری نیست که Parasol بپذیرد.',
  crashed: () => 'بخشی از Parasol از کار افتاد. رویدادهای آن می‌گوید کدام.',
};

export const subscriptions = ({ count, size }: Figures): Area<typeof english> => ({
  title: 'اشتراک‌ها',
  open: (n) => (n === 0 ? 'اشتراک‌ها' : `اشتراک‌ها (${count(n)})`),
  back: 'پروفایل‌ها',
  none: 'اشتراک نشانی‌ای است که ارائه‌دهنده فهرست سرورهایش را آنجا نگه می‌دارد. Parasol هر چند وقت یک بار دوباره آن را می‌گیرد.',
  list: 'اشتراک‌ها به ترتیب افزودن',
  add: 'افزودن اشتراک',
  refreshAll: 'به‌روزرسانی همه',
  refresh: 'به‌روزرسانی',
  refreshNamed: (name) => `به‌روزرسانی ${own(name)}`,
  edit: (name) => `ویرایش ${own(name)}`,
  remove: (name) => `برداشتن ${own(name)}`,
  fetching: 'در حال گرفتن…',
  fetched: (when) => `گرفته‌شده در ${when}`,
  never: 'هنوز گرفته نشده',
  next: (when) => `بعدی ${when}`,
  paused: 'متوقف: فقط وقتی شما بخواهید',
  nameless: 'اشتراک بی‌نام',
  profiles: (n) => `${count(n)} پروفایل`,
  gone: (n) => `${count(n)} تا از آن‌ها دیگر در فهرست نیست`,
  refused: (n) => `${count(n)} مورد پذیرفته نشد`,
  merged: ({ added, changed, removed, kept }) => {
    const parts = [
      added && `${count(added)} تازه`,
      changed && `${count(changed)} تغییرکرده`,
      removed && `${count(removed)} برداشته‌شده`,
      kept && `${count(kept)} نبود اما در حال استفاده`,
    ].filter(Boolean);
    return parts.length ? `بار پیش: ${parts.join('، ')}` : 'بار پیش چیزی تغییر نکرد';
  },
  lastGood: 'پروفایل‌ها از آخرین فهرست سالم‌اند.',
  usage: 'مصرف‌شده',
  used: ({ used, total }) =>
    total === null ? `${figure(size(used ?? 0))} مصرف شده` : `${figure(size(used ?? 0))} از ${figure(size(total))} مصرف شده`,
  limit: (total) => `در کل ${figure(size(total))}`,
  expires: (day, past) => (past ? `${day} به پایان رسید` : `تا ${day}`),
  url: 'نشانی اشتراک',
  urlHint: 'اکنون گرفته می‌شود تا ببینید چه در آن است. آن را به کسی ندهید: هر کس نشانی را داشته باشد سرورها را دارد.',
  look: 'دیدن فهرست',
  looking: 'در حال گرفتن…',
  found: (title, host) => (title === '' || title === host ? `فهرستی در ${ltr(host)}` : `${own(title)}، فهرستی در ${ltr(host)}`),
  known: 'این اشتراک را از پیش دارید.',
  later: (fault) => (mayPass(fault) ? 'با این حال می‌توان آن را افزود؛ بعداً گرفته می‌شود.' : ''),
  addAll: (n) => (n === 0 ? 'افزودن' : `افزودن، با ${count(n)} پروفایل`),
  editTitle: 'ویرایش اشتراک',
  name: 'نام',
  nameHint: 'اگر خالی بماند، همان نامی که فهرست دارد.',
  interval: 'زمان گرفتن',
  asListed: 'طبق فهرست، وگرنه روزی یک بار',
  every: (hours) => {
    if (hours % 24 !== 0) return hours === 1 ? 'هر ساعت' : `هر ${count(hours)} ساعت`;
    return hours === 24 ? 'هر روز' : `هر ${count(hours / 24)} روز`;
  },
  pause: 'فقط وقتی بخواهم',
  save: 'ذخیره',
  removeTitle: (name) => `${own(name)} برداشته شود؟`,
  removeText: (n) =>
    n === 1 ? 'با آن ۱ پروفایل آمده است. برای خودتان بماند یا آن هم برداشته شود؟' : `با آن ${count(n)} پروفایل آمده‌اند. برای خودتان بمانند یا آن‌ها هم برداشته شوند؟`,
  removeEmpty: 'دیگر گرفته نمی‌شود. برای برگرداندنش به نشانی آن نیاز دارید.',
  removeInUse: 'پروفایل در حال استفاده یکی از آن‌هاست. اگر برداشته شود، پروکسی خاموش می‌شود.',
  keep: 'بمانند',
  removeToo: 'آن‌ها هم برداشته شوند',
  removeIt: 'برداشتن',
});
