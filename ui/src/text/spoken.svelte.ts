import type { Language } from '../backend/bindings/Language';
import { en, type Words } from './en';
import { chosen, languages, type Choice } from './languages';

/** What is spoken now: English until another language is here. */
let spoken = $state.raw<Choice & { words: Words }>({ code: 'en', locale: 'en', words: en('en') });
let asked = 0;

export const words = (): Words => spoken.words;

/** Speaks another language, as soon as it is loaded, in the whole window. */
export async function speak(set: Language, reads: readonly string[] = navigator.languages): Promise<void> {
  const mine = ++asked;
  const choice = chosen(set, reads);
  if (choice.code !== spoken.code || choice.locale !== spoken.locale) {
    const speaker = await languages[choice.code].speaker();
    // Asked for another one meanwhile: that one counts.
    if (mine !== asked) return;
    spoken = { ...choice, words: speaker(choice.locale) };
  }
  const { tag, direction } = languages[choice.code];
  document.documentElement.lang = tag;
  document.documentElement.dir = direction;
}
