import { en, type Words } from './en';

interface Language {
  direction: 'ltr' | 'rtl';
  words: (locale: string) => Words;
}

const languages = {
  en: { direction: 'ltr', words: en },
} satisfies Record<string, Language>;

type Code = keyof typeof languages;

/** The first language that the user reads and that we have, in the user's own regional form; English otherwise. */
export function chosen(wanted: readonly string[]): { code: Code; locale: string } {
  for (const locale of wanted) {
    const code = locale.toLowerCase().split('-')[0] ?? '';
    if (Object.hasOwn(languages, code)) return { code: code as Code, locale };
  }
  return { code: 'en', locale: 'en' };
}

const { code, locale } = chosen(navigator.languages);

export { locale };
export const language: string = code;
export const direction: Language['direction'] = languages[code].direction;
export const text: Words = languages[code].words(locale);
export const figures = text.figures;
