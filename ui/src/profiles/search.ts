// Which profiles are found by what is typed.
import type { ProfileView } from '../backend/bindings/ProfileView';
import { address } from '../text/address';

/** Letters that look the same and are typed one for the other: Arabic keyboards have these, Persian ones those. */
const TWINS: Readonly<Record<string, string>> = { 'ي': 'ی', 'ى': 'ی', 'ك': 'ک', 'ς': 'σ' };
const MARKS = /[\p{M}\p{Cf}\p{Cc}]/gu;

/**
 * A text as it is compared: without case, accents, widths, and what cannot be seen, and with digits of any script as Latin
 * ones. What is typed and what is looked through lose the same.
 */
export function folded(text: string): string {
  return text
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\t\n\r]/g, ' ')
    .replace(MARKS, '')
    .replace(/[يىكς]/g, (letter) => TWINS[letter]!)
    .replace(/\p{Nd}/gu, latin);
}

/** Everything of a profile that can be searched for, folded. Its lists are by their ids. */
export function searchable(profile: ProfileView, lists: ReadonlyMap<string, string>): string {
  const { title, name, server, port, builtin, method, plugin, notes, subscription } = profile;
  const at = builtin ? '' : address(server, port);
  return folded([title, name, at, method, plugin, notes, subscription === null ? '' : (lists.get(subscription) ?? '')].join('\n'));
}

/** Whether all words that were typed are somewhere in it. */
export function found(words: readonly string[], folded: string): boolean {
  return words.every((word) => folded.includes(word));
}

/** The words of what was typed; none for nothing but spaces. */
export function wordsOf(typed: string): string[] {
  return folded(typed).split(/\s+/u).filter(Boolean);
}

/** The ten digits of a script follow each other, and each is one of ten. */
function latin(digit: string): string {
  let zero = digit.codePointAt(0)!;
  if (zero < 128) return digit;
  const isDigit = (point: number) => /\p{Nd}/u.test(String.fromCodePoint(point));
  let value = 0;
  while (value < 9 && isDigit(zero - 1)) {
    zero -= 1;
    value += 1;
  }
  return String(value);
}
