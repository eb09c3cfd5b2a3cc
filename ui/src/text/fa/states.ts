import { named } from '../coded';
import { valued, type StateFields, type StateLists, type StateValues, type states as english } from '../en/states';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { list } from './marks';

const lists: StateLists = { profiles: 'پروفایل', ports: 'پورت', subscriptions: 'اشتراک', groups: 'گروه', rule_lists: 'فهرست قوانین' };

const fields: StateFields = {
  name: 'نام',
  server: 'سرور',
  port: 'پورت',
  method: 'روش رمزنگاری',
  password: 'رمز',
  plugin: 'افزونه',
  plugin_opts: 'گزینه‌های افزونه',
  plugin_approved: 'اجازهٔ افزونه',
  approved_plugins: 'افزونه‌های مجاز',
  legacy_approved: 'اجازهٔ روش ناامن',
  one_time_auth: 'احراز هویت یک‌باره',
  notes: 'یادداشت',
  kind: 'پروتکل',
  target: 'مقصد',
  profile: 'پروفایل',
  lan: 'باز برای شبکه',
  user: 'نام کاربری',
  carries: 'می‌برد',
  subscription: 'اشتراک',
  gone: 'دیگر در فهرستش نیست',
  url: 'نشانی اشتراک',
  interval_h: 'فاصلهٔ دریافت (ساعت)',
  paused: 'متوقف',
  members: 'عضوها',
  policy: 'شیوهٔ انتخاب',
  fixed: 'عضو انتخاب‌شده',
  dwell_s: 'ثانیه تا تغییر',
  active: 'پروفایل در حال استفاده',
  group: 'گروه در حال استفاده',
  local_port: 'پورت محلی',
  system_proxy: 'پروکسی سیستم',
  mode: 'حالت',
  local_direct: 'این دستگاه و شبکه‌اش مستقیم',
  rules: 'قوانین شما',
  pac_rules: 'قوانین شما فقط برای PAC',
  on_close: 'هنگام بستن پنجره',
  on_at_start: 'روشن شدن هنگام آغاز',
  notify: 'اعلان‌ها',
  log_level: 'رویدادهایی که ثبت می‌شوند',
  log_targets: 'مقصد اتصال‌ها در رویدادها',
  language: 'زبان',
  theme: 'روشن یا تیره',
  timeout_s: 'مهلت‌ها',
  test_url: 'صفحهٔ آزمایش',
  test_name_server: 'سرور DNS آزمایش',
  clock_url: 'نشانی‌ای که ساعت از آن پرسیده می‌شود',
  profiles: 'ترتیب پروفایل‌ها',
  ports: 'ترتیب پورت‌ها',
  subscriptions: 'ترتیب اشتراک‌ها',
  groups: 'ترتیب گروه‌ها',
  rule_lists: 'ترتیب فهرست‌های قوانین',
};

const values: StateValues = {
  system_proxy: { leave: 'دست نزدن', set: 'سراسری', pac: 'PAC' },
  mode: { rules: 'قوانین', global: 'سراسری', direct: 'مستقیم' },
  on_close: { ask: 'پرسیدن', background: 'ادامهٔ کار', quit: 'خروج' },
  on_at_start: { never: 'هرگز', atLogin: 'هنگام ورود', always: 'همیشه' },
  language: { system: 'زبان سیستم', en: 'English', zh: '简体中文', fa: 'فارسی', ru: 'Русский' },
  theme: { system: 'مانند سیستم', light: 'روشن', dark: 'تیره' },
  kind: { mixed: list(['SOCKS', 'HTTP']), tunnel: 'تونل', dns: 'DNS' },
  carries: { both: 'TCP و UDP', tcp: 'فقط TCP', udp: 'فقط UDP' },
  policy: { fixed: 'ثابت', fallback: 'جایگزین', fastest: 'سریع‌ترین', random: 'تصادفی' },
};
const others: Record<string, string> = { true: 'بله', false: 'نه', '': 'بی‌نام' };

export const states = ({ count, clock, clockWithSeconds, when }: Figures): Area<typeof english> => ({
  title: 'وضعیت‌های پیشین',
  lead: 'هر بار که چیزی را تغییر دهید، وضعیت پیش از آن نگه داشته می‌شود: ده‌تای آخر.',
  none: 'هنوز چیزی نیست.',
  list: 'وضعیت‌های پیشین، تازه‌ترین در بالا',
  until: (atMs, nowMs) => {
    const said = when(atMs, nowMs);
    return said === clock(atMs) ? clockWithSeconds(atMs) : `${said}، ${clock(atMs)}`;
  },
  counts: (comes, goes, changes, settings) =>
    [
      comes && `${count(comes)} مورد اضافه می‌شود`,
      goes && `${count(goes)} مورد برداشته می‌شود`,
      changes && `${count(changes)} مورد تغییر می‌کند`,
      settings && `${count(settings)} تنظیم`,
    ]
      .filter(Boolean)
      .join('، ') || 'همان که اکنون هست',
  look: 'دیدن',
  lookAt: (time) => `دیدن وضعیت تا ${time}`,
  lookTitle: (time) => `وضعیت تا ${time}`,
  goes: 'برداشته می‌شود',
  comes: 'اضافه می‌شود',
  changes: 'تغییر می‌کند',
  unchanged: 'بدون تغییر',
  profiles: 'فقط پروفایل‌هایش…',
  settings: 'تنظیمات',
  now: 'اکنون: ',
  then: ' آن زمان: ',
  other: 'مقداری دیگر',
  nothing: 'هیچ',
  nameless: 'بی‌نام',
  same: 'این همان است که اکنون هست؛ چیزی برای بازگشت نیست.',
  keeps: 'آنچه اکنون اینجاست تا ده تغییر دیگر در وضعیت‌های پیشین می‌ماند.',
  goneTitle: 'این وضعیت دیگر نیست',
  gone: 'وضعیت‌های تازه‌تر جایش را گرفته‌اند.',
  goBack: 'بازگشت به آن',
  entry: (list) => named(lists, list),
  field: (name) => named(fields, name),
  value: (field, value) => valued(values, others, field, value),
});
