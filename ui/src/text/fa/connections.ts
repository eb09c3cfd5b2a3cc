import type { EndedHow } from '../../backend/bindings/EndedHow';
import type { PartKind } from '../../connections/timeline';
import type { Key } from '../../connections/view';
import type { connections as english } from '../en/connections';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, ltr, own } from './marks';

const columns: Record<Key, string> = {
  target: 'مقصد',
  client: 'برنامه',
  way: 'از راه',
  state: 'وضعیت',
  started: 'زمان',
  up: 'ارسال',
  down: 'دریافت',
  rate: 'سرعت',
};

const parts: Record<PartKind, string> = {
  handshake: 'درخواست',
  resolve: 'یافتن نام',
  connect: 'اتصال',
  firstUp: 'انتظار برای نخستین بایت برنامه',
  firstDown: 'انتظار برای نخستین بایت پاسخ',
  stream: 'انتقال',
  associate: 'UDP',
  idle: 'بی‌کار',
};

type Ending = Exclude<EndedHow['code'], 'givenUp'>;

const ended: Record<Ending, (server: boolean) => string> = {
  clientDone: () => 'برنامه تمام کرد',
  farDone: (server) => (server ? 'سرور تمام کرد' : 'مقصد تمام کرد'),
  farLost: (server) => (server ? 'ارتباط با سرور قطع شد' : 'ارتباط با مقصد قطع شد'),
  closed: () => 'شما بستید',
  stranded: () => 'شبکه تغییر کرد',
};

const endedBecause: Record<Ending, string> = {
  clientDone: 'کار برنامه تمام شد، یا بی‌خبر رفت.',
  farDone: 'طرف دیگر زودتر تمام کرد، همان‌طور که پس از فرستادن همه‌چیز می‌کند.',
  farLost: 'اتصال پس از رسیدن چند بایت قطع شد: شبکه از دست رفت، یا طرف دیگر ناگهان آن را بست.',
  closed: 'شما آن را بستید، یا Parasol خاموش شد.',
  stranded: 'شبکه‌ای که از آن می‌گذشت دیگر نیست، یا پس از تغییر شبکه یا خواب رایانه طرف دیگر پاسخ نداد. برنامه‌ها دوباره وصل می‌شوند.',
};

export const connections = ({ count }: Figures): Area<typeof english> => ({
  title: 'اتصال‌ها',
  list: 'اتصال‌ها',
  columns,
  sortBy: (column) => `مرتب‌سازی بر پایهٔ ${column}`,
  actions: 'کارها',
  counted: (open, closed) => `${count(open)} باز · ${count(closed)} بسته`,
  shown: (n) => `نمایش ${count(n)} مورد`,
  left: (n) => `${count(n)} مورد دیگر فهرست نشده است`,
  pause: 'مکث',
  resume: 'ادامه',
  pausedAt: (time) => `مکث در ${time}`,
  program: (name, pid, address) => `${own(name)} ${ltr(`(pid ${pid})`)}، ${ltr(address)}`,
  noTarget: 'هنوز مقصدی گفته نشده',
  direct: 'مستقیم',
  block: 'مسدود',
  ended,
  endedBecause,
  ruledOut: 'یکی از قوانین شما این مقصد را مسدود می‌کند.',
  filter: {
    text: 'جست‌وجو',
    textHint: 'مقصد، برنامه، قانون…',
    state: 'کدام‌ها',
    states: { all: 'همه', open: 'باز', closed: 'بسته' },
    port: 'پورت',
    anyPort: 'همهٔ پورت‌ها',
    way: 'از راه',
    anyWay: 'همهٔ سرورها',
    ended: 'چگونگی پایان',
    anyEnd: 'هر پایانی',
    givenUp: 'ناموفق',
    clear: 'نمایش همه',
    between: (from, to) => `${from} تا ${to}`,
    anyTime: 'هر زمانی',
  },
  off: 'Parasol خاموش است. پس از روشن کردن، همهٔ اتصال‌ها اینجا می‌آیند.',
  none: (address) => `هنوز اتصالی نیست. برنامه‌ها به ${ltr(address)} وصل می‌شوند.`,
  noMatch: (n) => (n === 1 ? 'تنها اتصالی که هست با آن جور نیست.' : `هیچ‌یک از ${count(n)} اتصال با آن جور نیست.`),
  close: 'بستن',
  closeThis: 'بستن این اتصال',
  closeOne: (target) => `بستن ${own(target)}`,
  closeShown: (n) => `بستن هر ${count(n)} مورد`,
  closeTitle: (n) => `${count(n)} اتصال بسته شود؟`,
  closeText: 'آنچه در جریان است قطع می‌شود. برنامه‌ها شاید بی‌درنگ دوباره وصل شوند.',
  selected: (n) => `${count(n)} مورد انتخاب شده`,
  copyTargets: (n) => (n === 1 ? 'کپی مقصد' : 'کپی مقصدها'),
  copyRows: (n) => (n === 1 ? 'کپی سطر' : 'کپی سطرها'),
  details: 'خط زمان',
  keys: `کلیدهای جهت انتخاب می‌کنند، ${ltr('Enter')} خط زمان را نشان می‌دهد، ${ltr('Delete')} می‌بندد، ${ltr('Ctrl+A')} همه را انتخاب می‌کند، ${ltr('Ctrl+C')} کپی می‌کند.`,
  export: {
    open: 'برون‌بری…',
    title: (n) => `برون‌بری ${count(n)} اتصال`,
    text: 'همان‌گونه که اکنون نشان داده می‌شوند: مقصدها و برنامه‌ها در آن هست، آنچه رد و بدل شده نیست.',
    as: 'قالب برون‌بری',
    formats: { csv: 'CSV', json: 'JSON' },
    copy: 'کپی',
    save: 'ذخیره در پرونده…',
    done: 'بستن',
  },
  timeline: {
    parts,
    opening: 'تا نخستین بایت',
    life: 'سراسر اتصال',
    opened: 'نخستین بایت',
    part: 'بخش',
    after: 'پس از',
    took: 'مدت',
    total: 'در مجموع',
    bar: (said) => `نوار: ${said}`,
    each: (part, took) => `${part} ${figure(took)}`,
    client: 'از',
    program: (name, pid) => `${own(name)} ${ltr(`(pid ${pid})`)}`,
    port: 'پورت',
    way: 'از راه',
    rule: 'قانون',
    noRule: 'هیچ',
    started: 'آغاز',
    end: 'پایان',
    open: 'هنوز باز است',
    moved: 'جابه‌جا شده',
    bytes: (up, down) => `↑ ${figure(up)} ↓ ${figure(down)}`,
    done: 'تمام',
  },
});
