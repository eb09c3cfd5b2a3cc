/** Controls, what turns the direction of text about, what has no width, and half a character. */
export const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A name from outside with everything in it to be seen: what would hide, or move other text, stands as `\u{202e}`. */
export function shown(name: string): string {
  return name.replace(HIDDEN, (hidden) => `\\u{${hidden.codePointAt(0)!.toString(16)}}`);
}

/** The same of each text in it, before they are put into a sentence: that may have marks of its own, as Persian has. */
export function shownIn<T extends object>(about: T): T {
  return Object.fromEntries(Object.entries(about).map(([name, value]) => [name, typeof value === 'string' ? shown(value) : value])) as T;
}
