/** Controls, what turns the direction of text about, what has no width, and half a character. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A name from outside with everything in it to be seen: what would hide, or move other text, stands as `\u{202e}`. */
export function shown(name: string): string {
  return name.replace(HIDDEN, (hidden) => `\\u{${hidden.codePointAt(0)!.toString(16)}}`);
}
