import type { ImportDiffers } from '../../backend/bindings/ImportDiffers';
import type { ImportFault } from '../../backend/bindings/ImportFault';
import type { ImportFormat } from '../../backend/bindings/ImportFormat';
import type { ImportPlace } from '../../backend/bindings/ImportPlace';
import type { LookFault } from '../../backend/bindings/LookFault';
import type { ByCode, ByKind } from '../coded';
import type { imports as english } from '../en/imports';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counted, ltr, own } from './marks';

export const importFaults: ByCode<ImportFault> = {
  nothing: () => 'چیزی در آن نیست',
  notText: () => 'نه متن است و نه تصویر',
  unknownFormat: () => 'Parasol این قالب را نمی‌شناسد',
  syntax: ({ line, column }) => `از سطر ${counted(line)}، ستون ${counted(column)} به بعد خوانده نمی‌شود`,
  endsEarly: () => 'زودتر از موعد تمام می‌شود. دوباره کپی کنید',
  noServers: () => 'سروری در آن نیست',
  tooLong: () => 'بیش از اندازه بلند است',
  tooMany: () => 'این مورد و موردهای پس از آن از آنچه یک‌جا پذیرفته می‌شود بیشترند',
  notALink: () => `لینک ${ltr('ss://')} در آن نیست. لینک با ${ltr('ss://')} آغاز می‌شود؛ از ابتدایش دوباره کپی کنید`,
  misspelt: () => `لینک با ${ltr('ss://')} آغاز می‌شود. نویسه‌های نخستش را بررسی کنید`,
  twoLinks: () => 'دو لینک به هم چسبیده‌اند. هر کدام را در سطری جدا بگذارید',
  space: () => 'در لینک فاصله هست. آن را بردارید',
  cut: () => `لینک بریده شده است: بخش ${ltr('@server:port')} را ندارد. آن را یکجا در یک سطر دوباره کپی کنید`,
  badUserinfo: () => 'نویسه‌هایی کم است یا تغییر کرده. لینک را دوباره کپی کنید',
  badHost: () => 'نام میزبان یا نشانی IP ندارد',
  noPort: () => 'پورت ندارد؛ عددی از 1 تا 65535. اگر لینک است، شاید بریده شده باشد',
  badPort: () => 'پورت باید از 1 تا 65535 باشد',
  unknownMethod: ({ name }) =>
    name === '' ? 'Parasol روش رمزنگاری آن را نمی‌شناسد' : `Parasol روش رمزنگاری ${ltr(name)} را نمی‌شناسد`,
  badPassword: () => 'رمز خالی است یا کلید این روش رمزنگاری نیست',
  plugin: ({ name }) => `به افزونه‌ای نیاز دارد که قابل استفاده نیست: ${ltr(name)}`,
  wrongValue: ({ field }) => {
    if (field === '') return 'شبیه یک سرور نیست';
    return field === 'server_port' || field === 'port' ? 'پورتش عدد نیست' : `مقدار ${ltr(field)} از نوع درستی نیست`;
  },
  variable: () => 'رمزش در یک متغیر محیطی است',
  otherProtocol: ({ name }) =>
    `${name === '' ? 'سرور پروتکل دیگری است' : `سرور ${ltr(name)} است`}. Parasol فقط Shadowsocks بلد است: لینک ${ltr('ss://')} بخواهید`,
  foreignLink: ({ name }) => `لینک ${ltr(`${name}://`)} را فقط برنامهٔ سازنده‌اش می‌خواند؛ آنجا به شکل لینک ${ltr('ss://')} هم‌رسانی کنید`,
  picture: () => 'تصویر است و اینجا فقط متن خوانده می‌شود',
  subscription: () => 'این نشانی وب است. اگر اشتراک باشد، Parasol می‌تواند سرورهایش را از آنجا بگیرد',
  backup: () => 'نسخهٔ پشتیبانی با عبارت عبور است. با تنظیمات ← پشتیبان‌گیری ← بازگردانی باز می‌شود',
  otherPicture: () => 'نوع دیگری از تصویر است. از صفحه عکس بگیرید یا به صورت PNG ذخیره‌اش کنید',
  damagedPicture: () => 'تصویر بریده یا آسیب‌دیده است',
  largePicture: ({ width, height }) => `تصویر ${ltr(`${width} × ${height}`)} پیکسلی بیش از اندازه بزرگ است؛ فقط خود کد را ببرید`,
  noCode: () => 'کد QR در تصویر دیده نمی‌شود',
  noCodeOnScreen: () => 'کد QR روی صفحه دیده نمی‌شود. بزرگ‌تر، با حاشیهٔ روشن و بدون چیزی روی آن نشانش دهید و دوباره امتحان کنید',
  damagedCode: () => 'کد QR خوانده نمی‌شود؛ شاید تصویر بزرگ‌تر یا واضح‌تری کمک کند',
};

export const places: ByKind<ImportPlace> = {
  whole: () => '',
  line: ({ line }) => `سطر ${counted(line)}: `,
  item: ({ number, name }) => (name === '' ? `سرور ${counted(number)}: ` : `سرور ${counted(number)}، ${own(name)}: `),
  path: ({ path }) => `${ltr(path)}: `,
  code: ({ code }) => `کد QR شمارهٔ ${counted(code)}: `,
};

export const differs: Record<ImportDiffers, string> = {
  name: 'نام',
  server: 'سرور',
  port: 'پورت',
  method: 'روش رمزنگاری',
  password: 'رمز',
  plugin: 'افزونه',
  pluginOpts: 'گزینه‌های افزونه',
  oneTimeAuth: 'احراز هویت یک‌باره',
  notes: 'یادداشت',
  rest: 'بخش‌هایی که Parasol به کار نمی‌برد',
};

const lookFaults: ByCode<LookFault> = {
  unavailable: () => 'این میز کار به هیچ برنامه‌ای اجازهٔ دیدن صفحه را نمی‌دهد. با ابزار خود میز کار از صفحه عکس بگیرید و اینجا بچسبانید.',
  refused: () => 'اجازه داده نشد. دوباره امتحان کنید و اجازه دهید، یا خودتان از صفحه عکس بگیرید و اینجا بچسبانید.',
  timedOut: () => 'پاسخی نیامد. دوباره امتحان کنید.',
  empty: () => 'در کلیپ‌بورد متن یا تصویری نیست که بشود خواند.',
  failed: ({ cause }) => `نشد: ${own(cause)}.`,
};

const formats: Record<ImportFormat, string> = {
  links: 'لینک',
  base64: 'فهرست لینک با کدگذاری base64',
  guiConfig: ltr('gui-config.json'),
  configFile: ltr('config.json'),
  sip008: 'فهرست SIP008',
  clash: 'پیکربندی Clash',
  singBox: 'پیکربندی sing-box',
  v2rayN: 'سرورهای v2rayN',
  nekoBox: 'سرورهای NekoBox',
  outline: 'کلید Outline',
  parasol: 'پروفایل‌های Parasol',
  json: 'JSON',
  picture: 'تصویر',
  screen: 'صفحهٔ نمایش',
  unknown: '',
};

export const imports = ({ count, plural }: Figures): Area<typeof english> => ({
  first: {
    title: 'افزودن سرور',
    lead: `آنچه گرفته‌اید را اینجا بچسبانید: لینک ${ltr('ss://')} یا نشانی اشتراک (${ltr('https://…')}).`,
    field: 'لینک',
    add: 'افزودن و روشن کردن',
    try: 'همین حالا امتحان کنید',
    tryWhy:
      'هنوز لینکی ندارید؟ سرور داخلی درون خود Parasol کار می‌کند، بدون حساب و بدون شبکه. نشان می‌دهد همه‌چیز چگونه کار می‌کند، اما جای شما را پنهان نمی‌کند.',
    filesWhy: 'کد QR روی صفحه یا در یک تصویر، یا تنظیمات برنامه‌ای دیگر. پرونده‌ها را می‌توانید روی پنجره هم بکشید.',
    byHand: 'وارد کردن دستی',
    or: 'راه‌های دیگر',
  },
  imports: {
    title: 'وارد کردن',
    back: 'بازگشت',
    field: 'لینک‌ها، یا متن یک پرونده',
    orFiles: 'یا پروندهٔ برنامه‌های دیگر و کدهای QR: انتخابشان کنید، روی پنجره بچسبانید یا بکشید، یا بگذارید Parasol خودش نگاه کند.',
    sights: { clipboard: 'از کلیپ‌بورد', screen: 'از صفحهٔ نمایش' },
    lookFaults,
    choose: 'انتخاب پرونده…',
    pasted: 'متن چسبانده‌شده',
    drop: 'پرونده‌ها را رها کنید تا ببینید چه در آن‌هاست',
    at: (at, of) => `پروندهٔ ${count(at)} از ${count(of)}`,
    skip: 'رد کردن این پرونده',
    leftOut: (n) =>
      plural(n, { one: '# لینک دیگر کنار گذاشته شد: بیش از اندازه بلند، یا اضافه بود.', other: '# لینک دیگر کنار گذاشته شد: بیش از اندازه بلند، یا اضافه بودند.' }),
    looking: 'در حال نگاه کردن…',
    unreadable: (cause) => `پرونده خوانده نشد: ${own(cause)}`,
    summary: ({ id, format, added, changed, unchanged }) => {
      if (id === 0) return '';
      const found = added.length + changed.length + unchanged.length;
      const servers = found === 0 ? 'بدون سرور' : plural(found, { other: '# سرور' });
      const what = formats[format] === '' ? '' : `${formats[format]}: `;
      const saved = added.length + changed.length > 0 ? ' تا اضافه نکنید چیزی ذخیره نمی‌شود.' : '';
      const more = format === 'parasol' ? ' اینجا فقط پروفایل‌ها برداشته می‌شوند؛ تنظیمات ← پشتیبان‌گیری ← بازگردانی همهٔ آنچه را در نسخهٔ پشتیبان هست برمی‌گرداند.' : '';
      return `${what}${servers}.${saved}${more}`;
    },
    add: (adds, changes) => {
      if (changes === 0) return adds === 0 ? 'افزودن' : `افزودن ${count(adds)} پروفایل`;
      return adds === 0 ? `تغییر ${count(changes)} پروفایل` : `افزودن ${count(adds)}، تغییر ${count(changes)} پروفایل`;
    },
    addList: 'افزودن به عنوان اشتراک',
    added: 'تازه',
    changed: 'تغییرکرده',
    unchanged: 'از پیش موجود',
    repeated: 'تکراری در آن',
    refused: 'پذیرفته‌نشده',
    of: (wanted, all) => (wanted === all ? count(all) : `${count(wanted)} از ${count(all)}`),
    more: (n, all) => `نمایش ${count(n)} مورد دیگر از ${count(all)}`,
    unsafe: 'روش رمزنگاری ناامن: Parasol پیش از استفاده از شما می‌پرسد',
    plugin: (name) => `افزونهٔ ${ltr(name)} را لازم دارد: Parasol پیش از اجرا از شما می‌پرسد`,
    unused: (keys) => `Parasol از این‌ها استفاده نمی‌کند: ${keys.map(ltr).join('، ')}`,
    differs: (field) => `${field} فرق دارد`,
    before: 'پیش از این: ',
    after: ' پس از این: ',
    empty: 'هیچ',
  },
});
