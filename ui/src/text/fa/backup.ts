import type { BackupFault } from '../../backend/bindings/BackupFault';
import type { ByCode } from '../coded';
import type { backup as english } from '../en/backup';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { ltr, own } from './marks';

const faults: ByCode<BackupFault> = {
  file: ({ cause }) => `از این پرونده نمی‌شود استفاده کرد: ${own(cause.replace(/\.$/, ''))}.`,
  tooLong: () => 'این پرونده بلندتر از هر نسخهٔ پشتیبانی است.',
  notABackup: () => 'این نسخهٔ پشتیبان Parasol نیست.',
  newer: () => 'این نسخهٔ پشتیبان را Parasol تازه‌تری ساخته است. نخست این یکی را به‌روز کنید.',
  passphraseNeeded: () => 'این نسخهٔ پشتیبان فقط با عبارت عبورش باز می‌شود.',
  wrongPassphrase: () => 'این عبارت عبور بازش نمی‌کند. به حروف بزرگ و کوچک و زبان صفحه‌کلید توجه کنید.',
  damaged: () => 'این نسخهٔ پشتیبان آسیب دیده است: پس از ساخته شدن، بریده یا دستکاری شده. چیزی از آن برداشته نشد.',
  tooMuchWork: () => 'باز کردن این پرونده بسیار بیش از هر نسخهٔ پشتیبان Parasol محاسبه می‌خواهد؛ برای همین باز نشد.',
  emptyPassphrase: () => 'عبارت عبور خالی از چیزی محافظت نمی‌کند.',
};

export const backup = ({ plural }: Figures): Area<typeof english> => ({
  title: 'پشتیبان‌گیری',
  lead: 'همه‌چیز در یک پرونده: پروفایل‌ها، پورت‌ها، قوانین و تنظیمات، همراه با رمزها.',
  make: 'پشتیبان‌گیری…',
  restore: 'بازگردانی…',
  makeTitle: 'پشتیبان‌گیری از همه‌چیز',
  restoreTitle: 'بازگردانی نسخهٔ پشتیبان',
  restoreLead: 'بازگردانی، محتوای پرونده را جای همهٔ آنچه اینجا هست می‌گذارد. پیش از هر کاری می‌بینید چه چیزهایی تغییر می‌کند.',
  replaces: 'بازگردانی، محتوای پرونده را جای همهٔ آنچه اینجا هست می‌گذارد.',
  restoreIt: 'بازگردانی',
  choose: 'انتخاب پرونده…',
  chooseOther: 'انتخاب پروندهٔ دیگر…',
  passphrase: 'عبارت عبور',
  passphraseNone: 'خالی: هر کس پرونده را به دست آورد، همهٔ رمزهای آن را دارد.',
  once: 'یک بار دیگر',
  differ: 'این دو یکی نیستند.',
  passphraseSet: 'بدون آن هیچ‌کس پرونده را باز نمی‌کند، خود شما هم.',
  passphraseOpenHint: 'اگر ندارد، خالی بگذارید.',
  reveal: 'نمایش عبارت عبور',
  save: 'ذخیره…',
  saving: 'در حال ذخیره…',
  look: 'دیدن',
  looking: 'در حال باز کردن…',
  done: (path) => `در ${ltr(path)} ذخیره شد.`,
  missing: (n) =>
    plural(n, {
      one: '# رمز یا نشانی در این پرونده نیست. قفل مخزن رمز را باز کنید (تنظیمات ← رمزها) و پرونده را دوباره بسازید.',
      other: '# رمز و نشانی در این پرونده نیستند. قفل مخزن رمز را باز کنید (تنظیمات ← رمزها) و پرونده را دوباره بسازید.',
    }),
  close: 'بستن',
  faults,
});
