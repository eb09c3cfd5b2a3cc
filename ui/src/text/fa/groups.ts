import type { ChangeReason } from '../../backend/bindings/ChangeReason';
import type { MemberHealth } from '../../backend/bindings/MemberHealth';
import type { Policy } from '../../backend/bindings/Policy';
import { byKind, type ByKind } from '../coded';
import type { groups as english } from '../en/groups';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { figure, own } from './marks';

const policies: Record<Policy, string> = { fixed: 'ثابت', fallback: 'جایگزین', fastest: 'سریع‌ترین', random: 'تصادفی' };

const about: Record<Policy, string> = {
  fixed: 'همان سروری که شما انتخاب می‌کنید، هر چه پیش بیاید.',
  fallback: 'نخستین سروری که کار می‌کند؛ اگر سرور بالاتری دوباره کار کند، همان.',
  fastest: 'سروری که زودتر پاسخ می‌دهد؛ تفاوت ناچیز به حساب نمی‌آید.',
  random: 'هر سروری که کار می‌کند، هر بار یکی دیگر.',
};

const health: Record<MemberHealth, string> = {
  unknown: 'نامشخص',
  good: 'کار می‌کند',
  bad: 'کار نمی‌کند',
  unusable: 'به این شکل قابل استفاده نیست',
};

export function groups({ count, latency, plural, span }: Figures): Area<typeof english> {
  const why: ByKind<ChangeReason> = {
    begun: () => 'گروه انتخاب یا روشن شد',
    gone: () => 'قبلی دیگر نیست یا قابل استفاده نیست',
    fixed: () => 'شما انتخابش کردید',
    failed: () => 'قبلی کار نمی‌کند',
    returned: () => 'دوباره کار می‌کند و بالاتر است',
    faster: ({ micros, beforeMicros }) => `نخستین بایتش پس از ${figure(latency(micros))} می‌رسد، به جای ${figure(latency(beforeMicros))}`,
  };
  return {
    title: 'گروه‌ها',
    list: 'گروه‌ها',
    none: 'گروه به جای چند سرور می‌نشیند: یکی به کار می‌رود و اگر از کار بیفتد یا کندتر شود، دیگری جایش را می‌گیرد.',
    new: 'گروه تازه',
    edit: 'ویرایش گروه',
    editNamed: (name) => `ویرایش ${own(name)}`,
    delete: (name) => `حذف ${own(name)}`,
    deleteTitle: (name) => `${own(name)} حذف شود؟`,
    deleteText: 'پروفایل‌هایش می‌مانند. اگر گروه در حال استفاده است، پروفایلی که الان به کار می‌رود همچنان به کار می‌رود.',
    nameless: 'بی‌نام',
    inUse: 'در حال استفاده',
    use: 'استفاده',
    useNamed: (name) => `استفاده از ${own(name)}`,
    members: 'عضوها',
    membersOf: (name) => `عضوهای ${own(name)}`,
    empty: 'عضوی نمانده است، برای همین این گروه قابل استفاده نیست.',
    usedNow: 'اکنون به کار می‌رود',
    described: (policy) => `${policies[policy]}: ${about[policy]}`,
    changed: (time, to, from, reason) => {
      const because = byKind<ChangeReason>(why, reason);
      return from === null || reason.kind === 'begun'
        ? `${own(to)} از ${time}، چون ${because}.`
        : `${own(to)} از ${time} به جای ${own(from)}، چون ${because}.`;
    },
    policies,
    about,
    health,
    back: 'پروفایل‌ها',
    name: 'نام',
    nameHint: 'می‌تواند خالی باشد.',
    policy: 'شیوهٔ انتخاب',
    membersHint: 'عضو دلخواه‌تر بالاتر است.',
    membersNone: 'گروه دست‌کم یک عضو می‌خواهد: اینجا یکی انتخاب کنید.',
    move: (name) => `جابه‌جا کردن ${own(name)}: با کلیدهای جهت یا کشیدن`,
    moved: (name, at, of) => `${own(name)} اکنون ${count(at)} از ${count(of)} است.`,
    remove: (name) => `بیرون بردن ${own(name)}`,
    add: 'افزودن عضو',
    addWhich: 'یک پروفایل انتخاب کنید…',
    addAll: (n) => plural(n, { one: 'افزودن تنها پروفایل باقی‌مانده', other: 'افزودن هر # پروفایل باقی‌مانده' }),
    fixed: 'عضوی که به کار می‌رود',
    fixedFirst: 'نخستین عضو',
    dwell: 'کمترین مدت استفاده',
    dwellHint: 'عضوی که کار می‌کند دست‌کم همین قدر می‌ماند تا عضو بهتری جایش را بگیرد. عضوی که از کار بیفتد فوراً کنار می‌رود.',
    dwellFor: (seconds) => (seconds === 0 ? 'بدون محدودیت' : span(seconds * 1000)),
    save: 'ذخیره',
  };
}
