import type { TrafficRange } from '../../backend/bindings/TrafficRange';
import type { Split } from '../../traffic/shape';
import type { past as english } from '../en/past';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure } from './marks';

const ranges: Record<TrafficRange, string> = { minutes: '۲ دقیقه', hour: '۱ ساعت', day: '۲۴ ساعت', month: '۳۰ روز' };
const spans: Record<TrafficRange, string> = { minutes: '۲ دقیقهٔ اخیر', hour: 'ساعت اخیر', day: '۲۴ ساعت اخیر', month: '۳۰ روز اخیر' };
const splits: Record<Split, string> = { all: 'همه', ports: 'پورت‌ها', profiles: 'پروفایل‌ها' };

export const past = ({ count, rate, size, span }: Figures): Area<typeof english> => ({
  title: 'ترافیک',
  range: 'بازهٔ زمانی',
  ranges,
  spans,
  split: 'به تفکیک',
  splits,
  total: 'در مجموع',
  today: 'امروز',
  month: 'این ماه',
  sums: 'حجم جابه‌جا شده',
  rest: 'بقیه',
  noName: 'بی‌نام',
  gone: 'حذف‌شده',
  perStep: (bytes, stepMs) => (stepMs === 1000 ? figure(rate(bytes)) : figure(`${figure(size(bytes))} در ${figure(span(stepMs))}`)),
  chart: (time, down, up) =>
    `ترافیک ${time}: دریافت ${figure(down)}، ارسال ${figure(up)}. کلیدهای جهت زمانی را انتخاب می‌کنند، با Shift زمانی بلندتر را؛ Escape انتخاب را برمی‌دارد.`,
  each: (time) => `حجم جابه‌جا شده در ${time}، تازه‌ترین در بالا`,
  nothingChosen: 'زمانی انتخاب نشده',
  chosen: (time, down, up) => `${time}: دریافت ${figure(down)}، ارسال ${figure(up)}`,
  hint: 'روی نمودار بکشید، یا در آن کلیدهای جهت را به کار ببرید، تا اتصال‌ها و رویدادهای یک زمان را ببینید.',
  none: (time) => `در ${time} چیزی جابه‌جا نشده است.`,
  off: 'Parasol خاموش است. پس از روشن کردن، آنچه از آن می‌گذرد می‌شمارد و جمعش را ۳۰ روز روی همین دستگاه نگه می‌دارد.',
  flows: 'اتصال‌ها',
  allFlows: (n) => (n === 1 ? 'نمایش در اتصال‌ها' : `نمایش هر ${count(n)} مورد در اتصال‌ها`),
  clear: 'برداشتن انتخاب زمان',
  noFlows: 'از اتصال‌های آن زمان دیگر چیزی در دست نیست. Parasol تا بسته شدنش ۱٬۰۰۰ اتصال آخری را که پایان یافته‌اند نگه می‌دارد.',
  noLines: 'در رویدادها چیزی از آن زمان نیست.',
  moreLines: (n) => `${count(n)} سطر پیش از اینها در رویدادها هست.`,
  manyLines: 'سطرهای بسیاری پیش از اینها در رویدادها هست.',
  exportTitle: (time) => `برون‌بری ${time}`,
  exportNote: 'حجم هر گام زمانی، به همان تفکیکی که اکنون انتخاب شده است. مقصدها در آن نیست.',
});
