import type { ProbeFault } from '../../backend/bindings/ProbeFault';
import type { StepReason } from '../../backend/bindings/StepReason';
import type { TestStep } from '../../backend/bindings/TestStep';
import type { TestVerdict } from '../../backend/bindings/TestVerdict';
import type { ByKind } from '../coded';
import type { testing as english } from '../en/testing';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, ltr, own } from './marks';

const steps: Record<TestStep, string> = {
  resolve: 'یافتن نام',
  connect: 'اتصال',
  handshake: 'دست‌دهی',
  firstByte: 'نخستین بایت',
  udp: 'رفت و برگشت UDP',
};

const reasons: Record<StepReason, string> = {
  earlierFailed: 'امتحان نشد',
  noName: 'لازم نیست',
  pluginDoes: 'با افزونه انجام می‌شود',
  pluginCarriesNone: 'افزونه آن را نمی‌برد',
  unusable: 'امتحان نشد',
  nameNotFound: 'چنین نامی نیست',
  nameServerSilent: 'سرورهای DNS پاسخ ندادند',
  refused: 'رد شد',
  noAnswer: 'پاسخی نیامد',
  unreachable: 'راهی به آن نیست',
  noResources: 'اتصال‌های اینجا بیش از اندازه است',
  silent: 'وصل شد، پاسخی نیامد',
  closed: 'بسته شد',
  badAnswer: 'رمز یا روش رمزنگاری با سرور یکی نیست',
  wrongClock: 'ساعت‌ها یکی نیستند',
  targetUnreachable: 'صفحه نمی‌رسد',
};

const labels: Record<TestVerdict['kind'], string> = {
  works: 'کار می‌کند',
  worksWithoutUdp: 'بدون UDP',
  nameNotFound: 'چنین نامی نیست',
  nameServerSilent: 'پرسش نام بی‌پاسخ ماند',
  refused: 'رد شد',
  noAnswer: 'پاسخی نیامد',
  unreachable: 'راهی به آن نیست',
  noResources: 'اتصال‌های اینجا بیش از اندازه است',
  silent: 'وصل شد، پاسخی نیامد',
  closed: 'فوراً می‌بندد',
  badAnswer: 'رمز یا روش رمزنگاری نادرست',
  wrongClock: 'ساعت درست نیست',
  targetUnreachable: 'به جایی نمی‌رسد',
  unusable: 'قابل استفاده نیست',
};

const probeFaults: Record<ProbeFault, string> = {
  url: `نشانی سادهٔ وب، مانند ${ltr('http://example.org/')}.`,
  nameServer: 'نشانی IP یا نام میزبان، با پورت اگر 53 نیست.',
};

export function testing({ count, span }: Figures): Area<typeof english> {
  const closed = 'رمز و روش رمزنگاری را با سرور مقایسه کنید؛ شاید هم سرور دیگر این رمز را نشناسد.';
  const verdicts: ByKind<TestVerdict> = {
    works: () => 'سرور کار می‌کند.',
    worksWithoutUdp: () => 'صفحه‌ها و ایمیل کار می‌کنند. UDP برنمی‌گردد، پس تماس و بازی شاید کار نکنند: شاید سرور UDP را عبور ندهد، یا چیزی در راه آن را بیندازد.',
    nameNotFound: () => 'نام سرور وجود ندارد. نوشتار آن را در پروفایل بررسی کنید.',
    nameServerSilent: () => 'سرورهای DNS پاسخ ندادند. شبکهٔ این دستگاه را بررسی کنید یا نشانی IP سرور را بنویسید.',
    refused: () => 'آن دستگاه پاسخ می‌دهد، اما روی آن پورت چیزی کار نمی‌کند. پورت پروفایل را بررسی کنید یا سرور را روشن کنید.',
    noAnswer: () => 'از نشانی سرور پاسخی نمی‌آید. دیوار آتش، پورت نادرست، یا سرور خاموش است.',
    unreachable: () => 'شبکه راهی به سرور ندارد. اتصال این دستگاه را بررسی کنید؛ شاید IPv6 ندارد.',
    noResources: () => 'اتصال‌ها یا حافظهٔ این دستگاه تمام شده است. برنامه‌هایی را که اتصال‌های بسیار زیاد باز می‌کنند ببندید.',
    silent: () => 'سرور اتصال را پذیرفت و ساکت ماند: رمز، روش رمزنگاری یا ساعت یکی نیست.',
    closed: ({ bytes }) =>
      bytes === 0
        ? `سرور اتصال را پذیرفت و بی هیچ پاسخی بست. ${closed}`
        : `سرور اتصال را پذیرفت و پس از ${count(bytes)} بایت بست. ${closed}`,
    badAnswer: () => 'رمز یا روش رمزنگاری با سرور یکی نیست: پاسخش باز نمی‌شود. آن‌ها را با سرور مقایسه کنید.',
    wrongClock: ({ aheadS }) => {
      if (aheadS === null) return 'سرور می‌گوید ساعت این دستگاه درست نیست. آن را تنظیم کنید: این روش رمزنگاری به ساعت درست نیاز دارد.';
      const way = aheadS < 0 ? 'عقب‌تر از' : 'جلوتر از';
      return `ساعت این دستگاه ${figure(span(Math.abs(aheadS) * 1000))} ${way} سرور است. آن را تنظیم کنید: این روش رمزنگاری به ساعت درست نیاز دارد.`;
    },
    targetUnreachable: () => 'سرور پاسخ می‌دهد، اما آنچه از راه آن خواسته شد نمی‌رسد. شاید سرور راهی به بیرون ندارد، یا نشانی نوشته‌شده در تنظیمات پاسخ نمی‌دهد.',
    unusable: () => 'این پروفایل به این شکل قابل استفاده نیست.',
  };
  return {
    title: 'آزمایش',
    all: 'آزمایش همه',
    one: 'آزمایش',
    named: (name) => `آزمایش ${own(name)}`,
    again: 'آزمایش دوباره',
    running: 'در حال آزمایش…',
    cancel: 'لغو',
    progress: (ended, asked) => `در حال آزمایش: ${count(ended)} از ${count(asked)}`,
    done: (works, of) => `از ${count(of)} مورد آزمایش‌شده ${count(works)} تا کار می‌کند.`,
    lead: 'سرور را گام‌به‌گام امتحان می‌کند، با آنچه الان در فرم است. چیزی ذخیره نمی‌شود.',
    faulty: 'نخست باید چیزی در فرم درست شود.',
    step: 'گام',
    took: 'زمان',
    at: (time) => `آزمایش‌شده در ${time}`,
    then: (result, time) => `${result} در ${time}`,
    steps,
    reasons,
    labels,
    but: (latency, label) => `${figure(latency)}، ${label}`,
    verdicts,
    settings: 'آزمایش سرورها',
    settingsLead: 'آنچه از راه سرور خواسته می‌شود تا معلوم شود کار می‌کند یا نه.',
    url: 'صفحهٔ آزمایش',
    urlHint: 'با http ساده، تا جز سرور چیزی نتواند ایراد داشته باشد. فقط نخستین بایتش مهم است.',
    nameServer: 'سرور DNS',
    nameServerHint: 'نامی با UDP از آن پرسیده می‌شود.',
    save: 'ذخیره',
    saved: 'ذخیره شد.',
    probeFaults,
  };
}
