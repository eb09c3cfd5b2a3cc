import type { Language } from '../backend/bindings/Language';
import { en, type Words } from './en';

/** A language that there are words for. */
export type Code = Exclude<Language, 'system'>;

/** Makes the words, with figures as this region writes them. */
export type Speaker = (locale: string, timeZone?: string) => Words;

interface Spoken {
  /** What those who speak it call it. */
  name: string;
  /** For the page: which letters are meant, and how they are broken into lines. */
  tag: string;
  direction: 'ltr' | 'rtl';
  /** English is always there; of the others only the one in use is loaded. */
  speaker: () => Speaker | Promise<Speaker>;
}

export const languages: Record<Code, Spoken> = {
  en: { name: 'English', tag: 'en', direction: 'ltr', speaker: () => en },
  zh: { name: '简体中文', tag: 'zh-Hans', direction: 'ltr', speaker: async () => (await import('./zh')).zh },
  fa: { name: 'فارسی', tag: 'fa', direction: 'rtl', speaker: async () => (await import('./fa')).fa },
  ru: { name: 'Русский', tag: 'ru', direction: 'ltr', speaker: async () => (await import('./ru')).ru },
};

export const codes = Object.keys(languages) as Code[];

export interface Choice {
  code: Code;
  /** The same language in the user's own regional form. */
  locale: string;
}

/**
 * The language to speak: the one that was set, or the first that the user reads and that we have; English otherwise.
 * `reads` is what the system says, in order.
 */
export function chosen(set: Language, reads: readonly string[]): Choice {
  const known = reads.flatMap((locale): Choice[] => {
    const code = codeOf(locale);
    return code ? [{ code, locale }] : [];
  });
  if (set === 'system') return known[0] ?? { code: 'en', locale: 'en' };
  return known.find(({ code }) => code === set) ?? { code: set, locale: set };
}

/** None for what is no language tag, such as the `C` of a bare system: figures could not be made from it. */
function codeOf(locale: string): Code | undefined {
  try {
    const { language } = new Intl.Locale(locale);
    return codes.find((code) => code === language);
  } catch {
    return undefined;
  }
}
