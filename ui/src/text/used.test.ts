import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { used } from '../test/used';
import { en } from './en';

/** Everything that draws the window; the words themselves, the tests and the backends are not. */
function sources(): Record<string, string> {
  const root = join(import.meta.dirname, '..');
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(svelte|ts)$/.test(name) && !/^(text|test|backend)\b|\.test\.ts$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

test('every message is used, and every use can be followed', () => {
  const { figures: _, ...words } = en('en');
  const found = used(words, sources());
  expect(found).toEqual({ unused: [], unclear: [] });
});

describe('a message', () => {
  const words = { nav: { home: 'Home', back: 'Back' }, faults: { a: () => 'A', b: () => 'B' }, name: 'Parasol' };
  test.each([
    ['text.nav.home; text.nav.back; byCode<Fault>(text.faults, fault); text.name', []],
    ['const words = text.nav; words.home; words.back; text.faults[code]; text.name.length', []],
    ['text.nav.home; text.faults[code]; text.name', ['nav.back']],
    ['/* text.nav.home */ text.nav.back; text.faults[code]; text.name', ['nav.home']],
    ['text.nav.back; draft.text.nav.home; text.faults[code]; text.name', ['nav.home']],
    ['text.nav[screen]; text.faults.a; my.words.name', ['faults.b', 'name']],
  ])('of %s is unused: %s', (source, unused) => expect(used(words, { source })).toEqual({ unused, unclear: [] }));

  test('of a part of a part is used by the name of that', () => {
    const source = 'const words = text.rows; const own = words.line; own.first; const other = my.line; other.second;';
    expect(used({ rows: { line: { first: 'First', second: 'Second' } } }, { source })).toEqual({ unused: ['rows.line.second'], unclear: [] });
  });

  test('of a part that is handed on cannot be followed', () => {
    const source = 'const words = text.nav; give(words); {words.home}; text.faults.a; text.faults.b; text.name';
    expect(used(words, { source })).toEqual({ unused: ['nav.back'], unclear: ['source: words'] });
  });
});
