import type { ruleLists as english } from '../en/ruleLists';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { ltr, own } from './marks';

export const ruleLists = ({ count }: Figures): Area<typeof english> => ({
  title: 'فهرست‌های قوانین از جای دیگر',
  none: 'نشانی‌ای که کسی قوانینی در قالب ACL را آنجا نگه می‌دارد. Parasol هر چند وقت یک بار دوباره آن را می‌گیرد.',
  hint: 'نخست قوانین خود شما، سپس این فهرست‌ها به همین ترتیب. اولین قانونی که مقصد را نام ببرد تعیین می‌کند.',
  nameless: 'فهرست بی‌نام',
  add: 'افزودن فهرست…',
  addIt: 'افزودن',
  url: 'نشانی فهرست',
  urlHint: `با ${ltr('https://')} آغاز می‌شود. همین حالا گرفته می‌شود، نخست از راه سرور در حال استفاده.`,
  nameHint: 'اگر خالی بماند، نام میزبان آن.',
  known: 'این فهرست را از پیش دارید.',
  tooMany: (n) => `${count(n)} فهرست هست و بیش از این نمی‌شود.`,
  inForce: (rules, used) => (used === 0 ? `${count(rules)} قانون جاری` : `${count(rules)} قانون جاری، ${count(used)} به کار رفته`),
  refused: (n) => `${count(n)} سطر اجرا نمی‌شود`,
  restDirect: 'بقیه مستقیم می‌رود',
  restProxy: 'بقیه از سرور می‌گذرد',
  fetching: 'در حال گرفتن…',
  never: 'هنوز گرفته نشده',
  fetched: (when) => `گرفته‌شده در ${when}`,
  lastGood: 'قوانین از آخرین فهرست سالم‌اند.',
  noList: 'آنچه رسید فهرستی از قوانین در قالب ACL نیست؛ شاید یک صفحهٔ وب یا فهرستی برای برنامهٔ دیگری است.',
  interval: (name) => `زمان گرفتن ${own(name)}`,
  asListed: 'همان که فهرست می‌گوید، وگرنه هر روز',
  paused: 'فقط وقتی شما بخواهید',
  refresh: 'به‌روزرسانی',
  refreshNamed: (name) => `به‌روزرسانی ${own(name)}`,
  remove: (name) => `برداشتن ${own(name)}`,
  hits: {
    title: 'آنچه قوانین تعیین کرده‌اند',
    rule: 'قانون',
    where: 'جای آن',
    targets: 'مقصدها',
    own: (line, heading) => `سطر ${count(line)} قوانین شما، در ${ltr(`[${heading}]`)}`,
    ofList: (list, line, heading) => `سطر ${count(line)} از ${own(list)}، در ${ltr(`[${heading}]`)}`,
    none: 'از آغاز Parasol تاکنون هیچ.',
    all: (n) => `نمایش همهٔ ${count(n)}`,
    fewer: 'نمایش کمتر',
  },
});
