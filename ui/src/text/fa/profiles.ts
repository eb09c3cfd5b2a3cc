import type { Field } from '../../backend/bindings/Field';
import type { profiles as english } from '../en/profiles';
import type { Area } from '../shape';
import { counted, ltr, own } from './marks';

export const fields: Record<Field, string> = {
  name: 'نام',
  server: 'سرور',
  port: 'پورت',
  method: 'روش رمزنگاری',
  password: 'رمز',
  plugin: 'افزونه',
  pluginOpts: 'گزینه‌های افزونه',
  notes: 'یادداشت',
};

export const profiles: Area<typeof english> = {
  profiles: {
    title: 'پروفایل‌ها',
    new: 'پروفایل تازه',
    import: 'وارد کردن',
    about: 'پروفایل یعنی یک سرور با رمزش که شما ذخیره کرده‌اید.',
    none: 'هنوز یکی هم نیست: وارد کنید، یا سروری را دستی بنویسید.',
    list: 'پروفایل‌ها به ترتیب شما',
    builtin: 'داخلی',
    inUse: 'در حال استفاده',
    use: 'استفاده',
    useNamed: (name) => `استفاده از ${own(name)}`,
    edit: (name) => `ویرایش ${own(name)}`,
    share: (name) => `هم‌رسانی ${own(name)}`,
    from: (list) => `از ${own(list)}`,
    gone: 'دیگر در فهرستش نیست؛ تا در حال استفاده است می‌ماند',
    delete: (name) => `حذف ${own(name)}`,
    move: (name) => `جابه‌جا کردن ${own(name)}: با کلیدهای جهت یا کشیدن`,
    moved: (name, at, of) => `${own(name)} اکنون ${counted(at)} از ${counted(of)} است.`,
  },
  editor: {
    ...fields,
    back: 'پروفایل‌ها',
    new: 'پروفایل تازه',
    edit: 'ویرایش پروفایل',
    nameHint: 'اگر خالی بماند، نشانی سرور به جایش می‌آید.',
    methodHint: 'همان که روی سرور است.',
    methodUnsafe: (method) =>
      method === 'none'
        ? 'ناامن: چیزی را رمز نمی‌کند. پیش از استفاده از شما پرسیده می‌شود.'
        : 'ناامن: هر کسی در راه می‌تواند محتوا را تغییر دهد. پیش از استفاده از شما پرسیده می‌شود.',
    unsafeOnes: 'ناامن',
    unsafeOne: (method) => `${ltr(method)} (ناامن)`,
    oneTimeAuth: 'احراز هویت یک‌باره، اگر سرور می‌خواهد',
    pluginHint: `فقط اگر سرور لازم دارد، مانند ${ltr('obfs-local')}. مانند برنامه‌ای از خود شما اجرا می‌شود.`,
    optsHidden: `${ltr('••••')} به جای رمزی است که ذخیره شده و نشان داده نمی‌شود.`,
    kept: 'ذخیره شده، بدون تغییر',
    reveal: 'نمایش رمز',
    hide: 'پنهان کردن رمز',
    save: 'ذخیره',
  },
};
