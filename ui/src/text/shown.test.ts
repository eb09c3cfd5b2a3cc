import { expect, test } from 'vitest';
import { shown } from './shown';

test.each([
  ['www.example.org:443', 'www.example.org:443'],
  ['пример.example', 'пример.example'],
  ['مثال.example', 'مثال.example'],
  ['<b>&amp;', '<b>&amp;'],
  ['a\u0000b\n', 'a\\u{0}b\\u{a}'],
  ['\u202egro.example', '\\u{202e}gro.example'],
  ['a\u2066b\u200bc\ufeff', 'a\\u{2066}b\\u{200b}c\\u{feff}'],
  ['a\u2028b', 'a\\u{2028}b'],
  ['half \ud83d', 'half \\u{d83d}'],
  ['whole \u{1f600}', 'whole \u{1f600}'],
  ['', ''],
])('%j is shown as %j', (name, seen) => expect(shown(name)).toBe(seen));
