import type { finding as english } from '../en/finding';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export const finding = ({ count }: Figures): Area<typeof english> => ({
  profileSearch: {
    label: 'جست‌وجو در پروفایل‌ها',
    hint: 'نام، سرور، روش رمزنگاری، یادداشت',
    found: (n, all) => `${count(n)} از ${count(all)} پروفایل`,
    none: (all) => (all === 1 ? 'تنها پروفایلی که هست با آن جور نیست.' : `هیچ‌یک از ${count(all)} پروفایل با آن جور نیست.`),
    clear: 'نمایش همه',
  },
  profileUsed: {
    last: 'آخرین استفاده:',
  },
});
