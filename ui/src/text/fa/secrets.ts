import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SecretsPlace } from '../../backend/bindings/SecretsPlace';
import type { ByKind } from '../coded';
import type { secrets as english } from '../en/secrets';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { own } from './marks';

const said = (words: string, cause: string) => (cause ? `${words}: ${own(cause.replace(/\.$/, ''))}.` : `${words}.`);

const keyStore: ByKind<KeyStoreView> = {
  unasked: () => 'مخزن رمز هنوز پاسخ نداده است.',
  ready: () => 'مخزن رمز هست و باز است.',
  locked: () => 'مخزن رمز قفل است. برای باز کردن شاید رمز آن را از شما بخواهد.',
  dismissed: () => 'به پرسش مخزن رمز پاسخ منفی داده شد و قفل ماند.',
  absent: ({ cause }) => said('این سیستم مخزن رمزی ندارد که Parasol به آن دسترسی داشته باشد', cause),
  silent: () => 'مخزن رمز پاسخ نمی‌دهد.',
  noKey: () => 'کلید Parasol در مخزن رمز نیست: مخزن از نو ساخته شده یا برای کاربر دیگری است. رمزها را دوباره وارد کنید و اشتراک‌ها را از نو بیفزایید، یا نسخهٔ پشتیبان را بازگردانید.',
  failed: ({ cause }) => said('مخزن رمز نتوانست این کار را بکند', cause),
};

const places: Record<SecretsPlace, string> = {
  keyStore: 'رمزها، ورودها و نشانی اشتراک‌ها رمزنگاری شده‌اند. کلیدشان در مخزن رمز سیستم (مانند GNOME Keyring یا KWallet) است و رونوشت پروندهٔ پروفایل‌ها بدون آن به کار نمی‌آید.',
  file: 'رمزها، ورودها و نشانی اشتراک‌ها در پروندهٔ پروفایل‌هاست، که فقط شما می‌توانید بخوانید. هر برنامه‌ای که با حساب شما اجرا شود نیز می‌تواند.',
};

const moves: Record<SecretsPlace, string> = { keyStore: 'رمزنگاری با مخزن رمز', file: 'نگه داشتن در پرونده' };

const moved: Record<SecretsPlace, string> = { keyStore: 'جابه‌جا شدند: اکنون رمزنگاری شده‌اند.', file: 'جابه‌جا شدند: اکنون در پرونده‌اند.' };

export const secrets = ({ count }: Figures): Area<typeof english> => ({
  title: 'رمزها',
  places,
  keyStore,
  moves,
  moved,
  moving: 'در حال پرسش از مخزن رمز…',
  notMoved: 'جابه‌جا نشدند.',
  locked: (n) => `${count(n)} رمز یا نشانی قفل است.`,
  waiting: (n) => `${count(n)} رمز یا نشانی در پرونده است تا مخزن رمز باز شود.`,
  unlock: 'باز کردن قفل',
  again: 'تلاش دوباره',
  profileLocked: 'رمز قفل است',
  profileLockedLong: 'رمز ذخیره‌شده در مخزن رمز قفل است. قفل را باز کنید یا رمز را دوباره وارد کنید.',
  listLocked: 'نشانی آن در مخزن رمز قفل است، برای همین گرفته نمی‌شود.',
});
