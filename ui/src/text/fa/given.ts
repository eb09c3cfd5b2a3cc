import type { given as english } from '../en/given';
import type { Area } from '../shape';
import { ltr, own } from './marks';

export const given: Area<typeof english> = {
  copied: { minute: 'کپی شد. تا یک دقیقهٔ دیگر از کلیپ‌بورد پاک می‌شود.', stays: 'کپی شد.', not: 'کپی نشد.' },
  saved: (path) => `در ${ltr(path)} ذخیره شد. فقط شما می‌توانید آن را بخوانید.`,
  notSaved: (cause) => `ذخیره نشد: ${own(cause)}.`,
};
