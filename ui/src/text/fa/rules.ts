import type { RouteCode } from '../../backend/bindings/RouteCode';
import type { RoutingMode } from '../../backend/bindings/RoutingMode';
import type { RuleFault } from '../../backend/bindings/RuleFault';
import type { ByCode } from '../coded';
import type { rules as english } from '../en/rules';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, ltr, own } from './marks';

export const ruleFaults: ByCode<RuleFault> = {
  unknownSection: () => 'این سرعنوان شناخته نیست و قوانین زیر آن هم اجرا نمی‌شوند',
  badNetwork: () => `شبکه نیست؛ به شکل ${ltr('10.0.0.0/8')} یا ${ltr('2001:db8::/32')} بنویسید`,
  badName: () => 'نام میزبان نیست',
  badPattern: ({ cause }) => `عبارت باقاعدهٔ قابل استفاده‌ای نیست: ${own(cause)}`,
  patternTooBig: () => 'این عبارت باقاعده بیش از اندازه بزرگ است',
  tooManyPatterns: () => `عبارت‌های باقاعده بیش از اندازه‌اند؛ بهتر است نام‌ها به شکل ${ltr('|name')} یا ${ltr('||name')} نوشته شوند`,
  notAscii: () => 'حرف‌هایی دارد که نام هیچ میزبانی در شبکه ندارد',
  tooLong: () => 'این سطر بیش از اندازه بلند است',
  import: () => 'فهرست‌های دیگر گرفته نمی‌شوند؛ قوانین آن‌ها را اینجا بچسبانید',
  pacBlocks: () => 'اسکریپت نمی‌تواند مسدود کند؛ آن را در قوانین خودتان بگذارید',
  pacPattern: () => 'این عبارت باقاعده برای برنامه‌ها نیست؛ آن را در قوانین خودتان بگذارید',
};

const modes: Record<RoutingMode, string> = { rules: 'قوانین', global: 'سراسری', direct: 'مستقیم' };

const routes: Record<RouteCode, string> = {
  proxy: 'از سرور می‌گذرد',
  direct: 'مستقیم می‌رود',
  block: 'مسدود است',
};

export const rules = ({ count }: Figures): Area<typeof english> => ({
  mode: {
    label: 'حالت',
    names: modes,
    notRules: { rules: '', global: 'همه‌چیز از سرور', direct: 'هیچ‌چیز از سرور' },
    about: {
      rules: 'قوانین زیر می‌گویند چه از سرور بگذرد، چه مستقیم برود و چه مسدود شود.',
      global: 'همه‌چیز از سرور می‌گذرد. قوانین زیر می‌مانند اما اجرا نمی‌شوند.',
      direct: 'چیزی از سرور نمی‌گذرد: همه نشانی خود این دستگاه را می‌بینند.',
    },
  },
  rules: {
    title: 'قوانین',
    local: 'این دستگاه و شبکهٔ آن مستقیم باشند',
    localHint: 'سرور به آن‌ها دسترسی ندارد. اگر قانونی در زیر یکی از آن‌ها را نام ببرد، همان قانون مقدم است.',
    localIdle: 'در این حالت همه‌چیز مستقیم می‌رود.',
    which: 'کدام قانون برای این میزبان؟',
    whichHint: 'یک نام، نشانی IP یا نشانی یک صفحهٔ وب. پاسخ از روی قوانین جاری است.',
    noHost: 'این نه نام میزبان است و نه نشانی IP.',
    answer: (host, route) => `${ltr(host)} ${routes[route]}`,
    why: {
      rule: ({ from, hits, line, list, text }) =>
        `به دلیل سطر ${count(line)} ${from === null ? 'قوانین شما' : own(from)}، در ${ltr(`[${list}]`)}: ${ltr(text)}${hits ? ` (تاکنون ${count(hits)} بار تعیین کرده است)` : ''}`,
      default: ({ from }) => (from === null ? 'چون قانونی آن را نام نمی‌برد' : `چون قانونی آن را نام نمی‌برد و ${own(from)} دربارهٔ بقیه چنین می‌گوید`),
      local: () => 'چون روی این دستگاه یا در شبکهٔ آن است و قانونی آن را نام نمی‌برد',
      mode: () => 'به دلیل حالت',
    },
    own: 'قوانین شما',
    pac: 'فقط برای PAC',
    other: { own: 'بازگشت به قوانین شما', pac: 'قوانین فقط برای PAC' },
    pacNone: (hint) => `هنوز قانونی نیست: اسکریپت (PAC) همان را می‌گوید که قوانین شما می‌گویند. ${hint}`,
    pacHint: `برای اسکریپتی (PAC) که برنامه‌ها می‌خوانند وقتی پروکسی سیستم روی PAC باشد. آنجا، در حالت «قوانین»، پیش از قوانین شما می‌آیند: نام‌ها و شبکه‌های ${ltr('[bypass_list]')} مستقیم و بدون Parasol می‌روند و آن‌های ${ltr('[proxy_list]')} از آن می‌گذرند.`,
    inForce: (n) => `${count(n)} قانون جاری`,
    reading: 'در حال خواندن…',
    none: (hint) => `هنوز قانونی نیست: هر چه در قوانین نباشد از سرور می‌گذرد. ${hint}`,
    field: 'قوانین در قالب ACL',
    hint: `قالب ACL در Shadowsocks: یک سرعنوان مانند ${ltr('[proxy_list]')}، ${ltr('[bypass_list]')} یا ${ltr('[outbound_block_list]')} و زیر آن در هر سطر یک نام (${ltr('||example.com')} با همهٔ زیردامنه‌هایش)، یک شبکه (${ltr('10.0.0.0/8')}) یا یک عبارت باقاعده.`,
    file: 'باز کردن پرونده…',
    save: 'ذخیره',
    discard: 'دور انداختن تغییرها',
    would: (n) => `${count(n)} قانون پس از ذخیره`,
    refused: (n) => `${count(n)} سطر اجرا نمی‌شود`,
    refusedList: 'سطرهایی که اجرا نمی‌شوند',
    line: (n) => `سطر ${count(n)}`,
    more: (n) => `و ${count(n)} سطر دیگر.`,
    tooLong: (size) => `بلندتر از ${figure(size)} است، بیش از آنچه Parasol می‌پذیرد.`,
    unreadable: (cause) => `پرونده خوانده نشد: ${own(cause)}`,
  },
});
