// JSON for other programs. Names come from anybody, and the file may be looked at too: what would hide, or move other text about,
// stands as an escape, which reads back as the same.
import { HIDDEN } from './shown';

export function jsonOf(value: unknown): string {
  const escaped = (hidden: string) => hidden.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // The only ones outside a text are the ends of lines.
  return `${JSON.stringify(value, null, 2).replace(HIDDEN, (hidden) => (hidden === '\n' ? hidden : escaped(hidden)))}\n`;
}
