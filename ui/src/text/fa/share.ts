import type { share as english } from '../en/share';
import type { Area } from '../shape';
import { ltr, own } from './marks';

export const share: Area<typeof english> = {
  title: (name) => `هم‌رسانی ${own(name)}`,
  warning: 'رمز در آن است: هر کس ببیند یا به دستش برسد می‌تواند از سرور استفاده کند.',
  as: 'شیوهٔ هم‌رسانی',
  formats: { links: 'لینک', sip008: 'SIP008', config: 'config.json' },
  fields: { links: 'برای گوشی و بیشتر برنامه‌ها', sip008: 'فهرستی برای برنامه‌هایی که SIP008 می‌خوانند', config: `برای ${ltr('shadowsocks-libev')} و ${ltr('shadowsocks-rust')}` },
  qr: (name) => `کد QR لینک ${own(name)}`,
  noQr: 'لینک برای کد QR بیش از اندازه بلند است.',
  locked: (name) => `${own(name)}: رمزش در مخزن رمز قفل است. قفل را باز کنید (تنظیمات ← رمزها) و دوباره امتحان کنید.`,
  nothing: 'در این پروفایل چیزی برای هم‌رسانی نیست.',
  copy: 'کپی',
  copied: 'کپی شد. تا یک دقیقهٔ دیگر، یا با بسته شدن Parasol، از کلیپ‌بورد پاک می‌شود.',
  copiedAndStays: 'کپی شد. تا چیز دیگری جایش را نگیرد در کلیپ‌بورد می‌ماند.',
  notCopied: `کپی نشد. اکنون انتخاب شده است: ${ltr('Ctrl+C')} را بزنید.`,
  save: 'ذخیره در پرونده…',
  savePng: 'ذخیرهٔ کد به صورت PNG…',
  saveSvg: 'ذخیرهٔ کد به صورت SVG…',
  notSaved: (cause) => `ذخیره نشد: ${own(cause)}. پرونده‌ای که از پیش بود دست نخورده است.`,
  close: 'بستن',
};
