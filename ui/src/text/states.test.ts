import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { text } from './text';

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, '../../../crates/app/src', ...path), 'utf8');
const named = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map(([, name]) => name!);

// A name of the file would be shown as it is.
test('each list of the profile file has a word for an entry of it', () => {
  const lists = named(read('difference', 'file.rs'), /pub\(super\) const \w+: &str = "(\w+)"/g);
  expect(lists).toContain('rule_lists');
  expect(lists.filter((list) => text.states.entry(list) === list)).toEqual([]);
});

test('each field and setting of it has a word', () => {
  const shown = /const SHOWN: \[&str; \d+\] = \[([^\]]*)\]/.exec(read('difference', 'file.rs'))![1]!;
  const settings = named(read('document', 'settings.rs').split('handshake: said')[0]!, /said\.take\("(\w+)"/g);
  const fields = [...named(shown, /"(\w+)"/g), ...settings].filter((name) => name.includes('_'));
  expect(fields).toEqual(expect.arrayContaining(['plugin_approved', 'local_port', 'clock_url']));
  expect(fields.filter((field) => text.states.field(field) === field)).toEqual([]);
});
