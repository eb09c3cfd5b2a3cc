import type { opener as english } from '../en/opener';
import type { Area } from '../shape';
import { ltr, own } from './marks';

export const opener: Area<typeof english> = {
  title: `لینک‌های ${ltr('ss://')}`,
  take: 'باز کردن با Parasol',
  leave: 'دست نزدن به آن‌ها',
  kinds: {
    ours: 'لینکی که در مرورگر یا گفتگو بزنید Parasol را باز می‌کند و نشان می‌دهد چه اضافه می‌شود. تا شما نگویید چیزی ذخیره یا گرفته نمی‌شود.',
    others: 'لینک‌هایی که در مرورگر یا گفتگو بزنید این Parasol را باز نمی‌کنند.',
  },
  failed: (cause) => `خوانده نشد یا تغییر نکرد: ${own(cause)}`,
};
