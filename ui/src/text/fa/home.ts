import type { Action } from '../../backend/bindings/Action';
import type { Protocol } from '../../backend/bindings/Protocol';
import type { ByKind } from '../coded';
import type { home as english } from '../en/home';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, list, ltr, own } from './marks';

const families: Record<Protocol, string> = { socks5: 'SOCKS', socks4: 'SOCKS', http: 'HTTP', tunnel: 'تونل', dns: 'DNS' };
const spoken = (protocols: readonly Protocol[]) =>
  list([...new Set(protocols.map((protocol) => families[protocol]))]);

const actions: ByKind<Action> = {
  usePort: ({ port }) => `استفاده از ${port}`,
  editPort: () => 'ویرایش پورت',
  tryAgain: () => 'تلاش دوباره',
  takeProxyBack: () => 'تنظیم دوباره',
  leaveProxy: () => 'دست نزدن به آن',
  giveProxyBack: () => 'برگرداندن آن',
  unlockSecrets: () => 'باز کردن قفل',
  addProfile: () => 'افزودن پروفایل',
  editProfile: () => 'ویرایش پروفایل',
  approvePlugin: () => 'اجازه و اجرا',
  approveLegacy: () => 'با این حال استفاده شود',
  setClock: () => 'باز کردن تنظیمات ساعت',
  editProbe: () => 'تغییر صفحهٔ آزمایش',
};

export const home = ({ count }: Figures): Area<typeof english> => ({
  state: {
    switch: 'کلید پروکسی',
    off: 'خاموش',
    starting: 'در حال روشن شدن…',
    on: 'روشن',
    stopping: 'در حال خاموش شدن…',
    failed: 'روشن نشد',
    noProfile: 'پروفایلی انتخاب نشده',
  },
  actions,
  verdictHelp: { testServer: 'آزمایش این سرور', showPorts: 'نمایش پورت‌ها', showTimeouts: 'نمایش مهلت‌ها' },
  proxy: {
    label: 'پروکسی سیستم',
    leave: 'دست نزدن',
    set: 'سراسری',
    pac: 'PAC',
    about: {
      leave: 'Parasol به آن دست نمی‌زند. پروکسی را خودتان در هر برنامه تنظیم کنید.',
      set: 'تا روشن است، برنامه‌هایی که از سیستم پیروی می‌کنند همه‌چیز را، جز آنچه روی همین دستگاه است، از Parasol می‌گذرانند.',
      pac: 'تا روشن است، برنامه‌هایی که از سیستم پیروی می‌کنند اسکریپت Parasol را می‌خوانند. آنجا که قوانین شما بگویند، مستقیم و بدون Parasol می‌روند و بقیه را از آن می‌گذرانند. برنامه‌ای که نتواند اسکریپت را بخواند همه‌چیز را مستقیم می‌برد.',
    },
    pacRules: (n) => (n ? `${count(n)} قانون شما فقط برای اسکریپت است.` : 'اسکریپت می‌تواند قوانین خودش را داشته باشد.'),
    toRules: 'قوانین',
  },
  path: {
    label: 'مسیر',
    apps: 'برنامه‌ها',
    appsSet: 'پروکسی تنظیم است',
    appsNotSet: 'پروکسی تنظیم نیست',
    appsLeft: 'در هر برنامه تنظیم کنید',
    internet: 'اینترنت',
    builtin: 'درون همین برنامه',
    unsafe: 'روش رمزنگاری ناامن',
    spoken,
    listening: 'آمادهٔ اتصال',
    notListening: 'بسته',
  },
  traffic: {
    title: 'ترافیک',
    span: '۲ دقیقهٔ اخیر',
    down: 'دریافت',
    up: 'ارسال',
    time: 'زمان',
    past: 'تا ۳۰ روز',
    asTable: 'جدول',
    asChart: 'نمودار',
    each: 'میانگین هر ۱۰ ثانیه، تازه‌ترین در بالا',
    chart: (down, up) => `نمودار ۲ دقیقهٔ اخیر. اکنون دریافت ${figure(down)}، ارسال ${figure(up)}.`,
    none: 'هنوز چیزی اندازه‌گیری نشده است.',
  },
  ports: {
    title: 'پورت‌ها',
    port: 'پورت',
    down: 'دریافت',
    up: 'ارسال',
    flows: 'اتصال‌ها',
    open: (port, n) => `${count(n)}، اتصال‌های پورت ${port}`,
    through: (protocols, profile) => `${spoken(protocols)} ← ${own(profile)}`,
    none: (address) => `هیچ پورتی باز نیست. پس از روشن کردن، برنامه‌ها می‌توانند به ${ltr(address)} وصل شوند.`,
    stay: (port) => `ماندن روی ${port}`,
    change: 'تغییر پورت',
    newPort: 'پورت تازه',
    save: 'تغییر',
  },
  timedOut: {
    title: 'اتصال‌های ناموفق',
    today: (n) => `${count(n)} امروز`,
    none: 'اتصال ناموفقی نبوده است.',
    off: 'پس از روشن کردن، اتصال‌هایی که به جایی نرسند با دلیلشان اینجا می‌آیند.',
    noTarget: 'هنوز مقصدی گفته نشده',
    times: (n) => `${count(n)} بار`,
    at: (stage, idle) => `${stage}، ${figure(idle)}`,
    bytes: (up, down) => `↑ ${figure(up)} ↓ ${figure(down)}`,
    all: (n) => `نمایش همهٔ ${count(n)} مورد`,
    open: (target) => `اتصال‌ها به ${ltr(target)}`,
  },
});
