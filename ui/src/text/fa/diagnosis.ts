import type { DiagnosisReason } from '../../backend/bindings/DiagnosisReason';
import type { DiagnosisStep } from '../../backend/bindings/DiagnosisStep';
import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import { byKind, type ByCode } from '../coded';
import type { diagnosis as english } from '../en/diagnosis';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, ltr } from './marks';

const steps: Record<DiagnosisStep, string> = {
  port: 'پورتی که برنامه‌ها به کار می‌برند',
  systemProxy: 'پروکسی سیستم',
  tray: 'نماد سینی',
  keyStore: 'مخزن رمز',
  socks5: 'SOCKS5 روی این دستگاه',
  http: 'HTTP روی این دستگاه',
  localUdp: 'UDP روی این دستگاه',
  resolve: 'نام سرور',
  connect: 'اتصال به سرور',
  handshake: 'دست‌دهی',
  firstByte: 'نخستین بایت از راه سرور',
  udp: 'UDP از راه سرور',
  clock: 'ساعت این دستگاه',
  plugin: 'افزونه',
  names: 'یافتن نام‌ها با سرور',
};

const keyStore: Record<KeyStoreView['kind'], string> = {
  unasked: 'هنوز پاسخ نداده است',
  ready: 'پاسخ می‌دهد',
  locked: 'قفل است',
  dismissed: 'باز کردنش پذیرفته نشد',
  absent: 'چنین مخزنی نیست',
  silent: 'پاسخ نمی‌دهد',
  noKey: 'کلید در آن نیست',
  failed: 'می‌گوید که نمی‌تواند',
};

const noTime: Partial<Record<SubscriptionFault['kind'], string>> = {
  badUrl: 'نشانی‌اش از نوع https نیست',
  noSuchHost: 'نشانی‌ای ندارد',
  privateHost: 'فقط از میزبان‌های اینترنت پرسیده می‌شود',
  noConnection: 'پاسخ نمی‌دهد',
  badCertificate: 'هویتش را ثابت نمی‌کند، مانند وقتی که ساعت چند روز نادرست باشد',
  noAuthorities: 'گواهی‌های این دستگاه خوانده نمی‌شوند',
  timedOut: 'بیش از اندازه طول کشید',
};

type Own = Exclude<DiagnosisReason, { code: 'problem' | 'server' | 'untested' }>;

export const diagnosis = ({ count, span }: Figures): Area<typeof english> => {
  const reasons: ByCode<Own> = {
    portSilent: () => 'پورت اتصال را می‌پذیرد، اما مانند Parasol پاسخ نمی‌دهد.',
    proxyNotSet: () => 'Parasol روشن است، اما پروکسی سیستم به آن اشاره نمی‌کند.',
    proxyLeft: () => 'پروکسی سیستم به Parasol‌ای اشاره می‌کند که ناگهان بسته شده است.',
    noTray: () => 'این میز کار نماد سینی نشان نمی‌دهد. در GNOME افزونهٔ AppIndicator این کار را می‌کند؛ Parasol بدون آن هم کار می‌کند.',
    keyStore: ({ says }) => `رمزها با کلیدی از مخزن رمز رمزنگاری شده‌اند، و ${keyStore[says.kind]}.`,
    selfTest: ({ place }) =>
      byKind<typeof place>(
        {
          port: ({ port }) => `آنچه روی این دستگاه از پورت ${port} گذشت بازنگشت. دیوار آتش یا ضدویروس را بررسی کنید.`,
          method: ({ name }) => `آنچه از سرور خود Parasol با ${ltr(name)} گذشت بازنگشت. دیوار آتش یا ضدویروس این دستگاه را بررسی کنید.`,
        },
        place,
      ),
    wrongClock: ({ aheadS }) => `ساعت این دستگاه ${figure(span(Math.abs(aheadS) * 1000))} ${aheadS < 0 ? 'عقب' : 'جلو'} است. روش‌های 2022 به ساعت درست نیاز دارند.`,
    namesAskedHere: () => 'نام چیزی که از سرور می‌گذرد در این سو پرسیده شد. لطفاً این را گزارش دهید.',
    tooLong: () => 'بیش از اندازه طول کشید.',
    off: () => 'Parasol خاموش است.',
    changing: () => 'چیزی در حال تغییر است.',
    proxyLeftAlone: () => 'قرار است به آن دست زده نشود.',
    noWindow: () => 'پایانه نمادی ندارد.',
    secretsInFile: () => 'به کار نمی‌رود: رمزها در پرونده‌ای است که فقط شما می‌توانید بخوانید.',
    linkGiven: () => 'لینک به آن نیاز ندارد.',
    noTime: ({ fault }) => `میزبانی که پرسیده شد زمان را نگفت: ${noTime[fault.kind] ?? 'آنچه رسید پاسخ نیست'}.`,
    badTime: () => 'میزبانی که پرسیده شد زمانی نگفت.',
    noPlugin: () => 'افزونه‌ای نیست.',
    allDirect: () => 'همه‌چیز مستقیم می‌رود و نام‌ها همین‌جا پرسیده می‌شوند.',
    namesNotAsked: () => 'روی این دستگاه نشد امتحان شود.',
  };
  return {
    title: 'عیب‌یابی',
    lead: 'همه‌چیز را از پورت تا سرور گام‌به‌گام بررسی می‌کند و می‌گوید چه کمک می‌کند. چیزی تغییر نمی‌کند. زمان با HTTPS از میزبانی پرسیده می‌شود: اگر بشود از راه سرور، وگرنه مستقیم.',
    run: 'عیب‌یابی',
    again: 'عیب‌یابی دوباره',
    cancel: 'لغو',
    running: (step) => `در حال بررسی: ${step}`,
    called: 'لغو شد.',
    good: 'هیچ گامی ناموفق نبود.',
    bad: (n) => `${count(n)} گام ناموفق بود.`,
    passed: 'خوب',
    steps,
    reasons,
    noClockSettings: 'تنظیمات تاریخ و ساعت از اینجا باز نمی‌شود. خودتان بازش کنید.',
    said: 'آخرین سطرهای افزونه',
    saidHint: 'شاید بگویند به کجا می‌روید، برای همین در گزارش نیستند.',
    report: 'گزارش',
    reportLead: 'برای کسی که کمکتان می‌کند. رمز، گزینه‌های افزونه، نشانی اشتراک و جاهایی که می‌روید در آن نیست.',
    withServer: 'با نشانی سرور',
    copy: 'کپی گزارش',
    save: 'ذخیرهٔ گزارش…',
  };
};
