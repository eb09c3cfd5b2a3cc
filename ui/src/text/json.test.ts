import { expect, test } from 'vitest';
import { jsonOf } from './json';

test('nothing in a text hides or moves another, and all of it reads back', () => {
  const value = [{ name: '\u202egro\u2066\u200b\u0085\u2028\u{e0041}<b>"\\\n', half: '\ud83d', whole: '\u{1f600} مثال' }, 1, null];
  const text = jsonOf(value);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  expect(text).toContain('"\\u202egro');
  expect(text).toContain('\u{1f600} مثال');
  expect(JSON.parse(text)).toEqual(value);
});
