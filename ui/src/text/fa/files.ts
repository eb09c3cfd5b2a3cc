import type { files as english } from '../en/files';
import type { Area } from '../shape';

export const files: Area<typeof english> = {
  title: 'پرونده‌ها',
  lead: 'جایی که Parasol آن‌ها را نگه می‌دارد. برای دستگاهی دیگر نسخهٔ پشتیبان بسازید: رمزها، هر جا که اینجا باشند، در آن هم هستند.',
  names: { profiles: 'پروفایل‌ها و تنظیمات', log: 'رویدادها' },
  show: 'نمایش',
  shows: (name) => `نمایش پرونده: ${name}`,
  asking: 'در حال درخواست از مدیر پرونده…',
  said: { shown: '', notThere: 'این پرونده هنوز نوشته نشده است.', notShown: 'مدیر پرونده‌ای نیست یا پاسخ نداد. پوشه را خودتان باز کنید.' },
};
