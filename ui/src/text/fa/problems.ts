import type { Fault } from '../../backend/bindings/Fault';
import type { PortField } from '../../backend/bindings/PortField';
import type { Problem } from '../../backend/bindings/Problem';
import { type ByCode, byCode } from '../coded';
import { counted, ltr, own } from './marks';
import { fields } from './profiles';

const portFields: Record<PortField, string> = {
  name: 'نام',
  port: 'پورت',
  target: 'مقصد',
  profile: 'پروفایل',
  user: 'نام کاربری',
  password: 'رمز',
};

export const problems: ByCode<Problem> = {
  portTaken: ({ port, process, pid, udp }) => {
    const which = udp ? `پورت UDP ${ltr(port)}` : `پورت ${port}`;
    if (process && pid) return `${which} در دست ${ltr(`${process} (pid ${pid})`)} است.`;
    if (process) return `${which} در دست ${ltr(process)} است.`;
    if (pid) return `${which} در دست برنامه‌ای با ${ltr(`pid ${pid}`)} است.`;
    return `${which} در دست برنامهٔ دیگری است.`;
  },
  portReserved: ({ port, first, last }) => `سیستم پورت ${port} را به برنامه‌ها نمی‌دهد، مانند همهٔ پورت‌های ${first} تا ${last}.`,
  bindFailed: ({ address, cause }) => `پورت روی ${ltr(address)} باز نشد: ${own(cause)}.`,
  portUsedTwice: ({ port, name }) => `پورت ${port} از پیش اینجا هست${name ? `: ${own(name)}` : ''}.`,
  badPort: ({ field, fault }) => `این پورت باز نمی‌شود. ${portFields[field]}: ${byCode<Fault>(faults, fault)}`,
  pluginNotForPort: ({ name }) => `افزونهٔ ${ltr(name)} فقط TCP را می‌برد و این پورت فقط برای UDP است.`,
  noProfile: () => 'هنوز پروفایلی نیست، پس سروری هم برای اتصال نیست.',
  profileGone: () => 'پروفایل این پورت حذف شده است. پروفایل دیگری برایش انتخاب کنید.',
  pluginUnapproved: ({ name }) =>
    `این پروفایل با افزونهٔ ${ltr(name)} آمده است. این افزونه مانند برنامه‌ای از خود شما اجرا می‌شود: فقط اگر می‌شناسیدش اجازه دهید.`,
  passwordLocked: () => 'رمز در مخزن رمز قفل است. قفل را باز کنید یا دوباره امتحان کنید.',
  legacyUnapproved: ({ method }) =>
    method === 'none'
      ? `این پروفایل ناامن است: روش رمزنگاری آن، ${ltr('none')}، چیزی را رمز نمی‌کند؛ هر کسی در راه می‌تواند محتوا را بخواند و تغییر دهد.`
      : `این پروفایل ناامن است: با روش قدیمی ${ltr(method)} هر کسی در راه می‌تواند محتوا را تغییر دهد و آن را از ترافیک دیگر بازشناسد. بهتر است روش تازه‌تری بخواهید.`,
  pluginMissing: ({ name }) => `افزونهٔ ${ltr(name)} نصب نیست. نصبش کنید یا مسیر کاملش را در پروفایل بنویسید.`,
  pluginFailed: ({ name, exit, line }) => {
    const what = exit === null ? `افزونهٔ ${ltr(name)} اجرا نمی‌شود` : `افزونهٔ ${ltr(name)} با کد ${ltr(exit)} بسته شد`;
    return `${what}، و بدون آن چیزی به سرور نمی‌رسد.${line ? ` گفت: ${own(line.replace(/\.$/, ''))}.` : ''}`;
  },
  pluginSilent: ({ name, seconds }) => `افزونهٔ ${ltr(name)} در ${counted(seconds)} ثانیه پاسخ نداد. گزینه‌هایش را با سرور مقایسه کنید.`,
  badProfile: ({ field, fault }) => `این پروفایل قابل استفاده نیست. ${fields[field]}: ${byCode<Fault>(faults, fault)}`,
  engineFailed: ({ cause }) => `پروکسی راه نیفتاد: ${own(cause)}.`,
  crashed: () => 'بخشی از Parasol از کار افتاد. رویدادهای آن می‌گوید کدام.',
  heldByAnother: () => 'پروکسی سیستم در دست Parasol دیگری است. از همان استفاده کنید یا آن را ببندید.',
  proxyUnsupported: () =>
    `این میز کار تنظیم پروکسی‌ای ندارد که Parasol بشناسد. نشانی زیر را در خود برنامه‌ها وارد کنید، یا آن‌ها را با ${ltr('http_proxy')}، ${ltr('https_proxy')} و ${ltr('all_proxy')} برابر همین نشانی اجرا کنید.`,
  proxyTaken: () => 'برنامهٔ دیگری پروکسی سیستم را تغییر داد و Parasol به آن دست نزد. شاید اکنون برنامه‌ها از Parasol نگذرند.',
  proxyFailed: ({ cause }) => `پروکسی سیستم تنظیم نشد: ${own(cause)}.`,
};

export const faults: ByCode<Fault> = {
  empty: () => 'لازم است.',
  tooLong: () => 'بیش از اندازه بلند است.',
  badHost: () => 'نام میزبان یا نشانی IP.',
  badPort: () => 'از 1 تا 65535.',
  unknownMethod: () => 'Parasol این روش رمزنگاری را نمی‌شناسد.',
  notBase64: () => 'روش‌های 2022 کلیدی با کدگذاری base64 می‌خواهند، همان‌طور که سرور نشان می‌دهد.',
  wrongKeyLength: ({ needed, found }) => `این روش کلیدی ${counted(needed)} بایتی می‌خواهد؛ این یکی ${counted(found)} بایت است.`,
  identityKeys: () => 'فقط روش‌های AES در 2022 چند کلید را که با دونقطه به هم وصل شده‌اند می‌پذیرند، حداکثر نه تا.',
  badProgram: () => `نام یک برنامه، مانند ${ltr('obfs-local')}، یا مسیر کامل آن.`,
  badOptions: () => 'نویسه‌ای در آن است که در هیچ گزینه‌ای نمی‌آید.',
  portUsedTwice: () => 'پورت دیگری اینجا همین شماره را دارد.',
  badTarget: () => `میزبان و پورت، مانند ${ltr('example.org:22')}.`,
  badNameServer: () => 'نشانی IP یا نام میزبان، با پورت اگر 53 نیست.',
  noSuchProfile: () => 'این پروفایل دیگر نیست. پروفایل دیگری انتخاب کنید.',
  loginNeeded: () => 'دستگاه‌های دیگر فقط با نام کاربری و رمز می‌توانند وارد شوند.',
  badLogin: () => 'بدون نویسهٔ کنترلی، و بدون دونقطه در نام کاربری.',
};
