import { describe, expect, test } from 'vitest';
import type { Connection } from '../backend/bindings/Connection';
import { connection } from '../backend/fake/connections';
import { Book, type Row } from './book';
import { choices, everything, filters, isSteady, type Key, KEYS, seen, sortedBy, type View } from './view';

const gaveUp = { atMs: 5_000, idleMs: 0, how: { code: 'givenUp', verdict: 'refused' } } as const;
const given: Partial<Connection>[] = [
  { id: 1, startedMs: 10, target: 'b.example:443', port: 1080, up: 5, down: 1, client: '127.0.0.1:3' },
  { id: 2, startedMs: 30, target: 'a.example:443', port: 1081, route: 'direct', server: null, rule: '||a.example', up: 1, down: 9 },
  { id: 3, startedMs: 20, target: 'c.example:22', program: { name: 'curl', pid: 7 }, route: 'block', server: null, end: { atMs: 4_000, idleMs: 0, how: { code: 'closed' } } },
  { id: 4, startedMs: 40, target: null, server: 'other.example:1', stage: 'connect', end: gaveUp, up: 3, down: 3 },
];

function rows(these = given): Row[] {
  const book = new Book();
  const changed = these.map((change, i) => connection(i + 1, { rule: null, program: null, up: 0, down: 0, stage: 'stream', ...change } as Connection));
  book.take({ atMs: 0, anew: true, changed, counted: [], forgotten: [] });
  return book.rows();
}
const shown = (view: Partial<View>) => seen(rows(), { ...everything, ...view }).map(({ id }) => id);

test.each<[Partial<View>, number[]]>([
  [{}, [4, 2, 3, 1]],
  [{ text: ' EXAMPLE:443 ' }, [2, 1]],
  [{ text: 'a.example 443' }, [2]],
  [{ text: '127.0.0.1:3' }, [1]],
  [{ text: 'other' }, [4]],
  [{ text: 'CURL pid 7' }, [3]],
  [{ text: 'nowhere' }, []],
  [{ text: '.*' }, []],
  [{ port: 1081 }, [2]],
  [{ port: 9 }, []],
  [{ way: 'direct' }, [2]],
  [{ way: 'block' }, [3]],
  [{ way: 'other.example:1' }, [4]],
  [{ open: 'open' }, [2, 1]],
  [{ open: 'closed' }, [4, 3]],
  [{ ended: 'givenUp' }, [4]],
  [{ ended: 'refused' }, [4]],
  [{ ended: 'noAnswer' }, []],
  [{ ended: 'closed' }, [3]],
  [{ open: 'closed', text: 'c.', way: 'block' }, [3]],
  [{ between: { fromMs: 15, toMs: 35 } }, [2, 3, 1]],
  [{ between: { fromMs: 4_000, toMs: 4_001 } }, [4, 2, 3, 1]],
  [{ between: { fromMs: 4_001, toMs: 9_999 } }, [4, 2, 1]],
  [{ between: { fromMs: 0, toMs: 10 } }, []],
])('of %o it shows %o', (view, ids) => {
  expect(shown(view)).toEqual(ids);
  expect(filters({ ...everything, ...view })).toBe(Object.keys(view).length > 0);
});

test.each<[Key, number[]]>([
  ['started', [1, 3, 2, 4]],
  ['target', [4, 2, 1, 3]],
  ['client', [2, 3, 4, 1]],
  ['way', [3, 2, 4, 1]],
  ['state', [2, 1, 3, 4]],
  ['up', [3, 2, 4, 1]],
  ['down', [3, 1, 4, 2]],
])('sorted by %s it shows %o, and the other way round', (sort, ids) => {
  const all = rows(given.map((one) => ({ ...one, client: `127.0.0.1:${one.id === 1 ? 9 : one.id}`, program: null })));
  const order = (descending: boolean) => seen(all, { ...everything, sort, descending }).map(({ id }) => id);
  expect(order(false)).toEqual(ids);
  // Equal ones keep the newest first either way.
  if (sort !== 'state') expect(order(true)).toEqual(ids.toReversed());
});

test('sorted by client, those of one program stand together, and after them those of none', () => {
  const programs = [null, { name: 'firefox', pid: 2 }, { name: 'curl', pid: 9 }, { name: 'firefox', pid: 1 }];
  const all = rows(given.map((one, i) => ({ ...one, program: programs[i]! })));
  expect(seen(all, { ...everything, sort: 'client', descending: false }).map(({ id }) => id)).toEqual([3, 4, 2, 1]);
});

test('sorted by the rate, what moves most stands first', () => {
  const all = rows().map((row) => ({ ...row, upRate: row.id === 3 ? 5 : 0, downRate: row.id === 1 ? 9 : 0 }));
  expect(seen(all, { ...everything, sort: 'rate' }).map(({ id }) => id)).toEqual([1, 3, 4, 2]);
});

describe('a column that is pressed', () => {
  test('of numbers begins with the largest, of words with A; pressed again it turns', () => {
    expect(sortedBy(everything, 'down')).toMatchObject({ sort: 'down', descending: true });
    expect(sortedBy(everything, 'target')).toMatchObject({ sort: 'target', descending: false });
    expect(sortedBy(sortedBy(everything, 'target'), 'target')).toMatchObject({ sort: 'target', descending: true });
    expect(sortedBy(everything, 'started')).toMatchObject({ sort: 'started', descending: false });
  });

  test('of figures that move does not keep rows in their places', () => {
    expect(KEYS.filter((sort) => isSteady({ ...everything, sort }))).toEqual(['target', 'client', 'way', 'started']);
  });
});

test('what can be chosen is what there is', () => {
  expect(choices(rows())).toEqual({
    ports: [1080, 1081],
    ways: ['block', 'direct', 'other.example:1', 'tk1.example.net:8388'],
    endings: ['closed', 'refused'],
  });
  expect(choices([])).toEqual({ ports: [], ways: [], endings: [] });
});

test('what ended with its network is none that was closed by hand', () => {
  const lost = rows([{ id: 9, end: { atMs: 9, idleMs: 0, how: { code: 'stranded' } } }, ...given]);
  expect(seen(lost, { ...everything, ended: 'stranded' }).map(({ id }) => id)).toEqual([9]);
  expect(seen(lost, { ...everything, ended: 'closed' }).map(({ end }) => end?.how.code)).toEqual(['closed']);
  expect(choices(lost).endings).toEqual(['closed', 'refused', 'stranded']);
});

test('a list of thousands is filtered and sorted without its rows being touched', () => {
  const many = rows(Array.from({ length: 6_000 }, (_, i) => ({ startedMs: (i * 7_919) % 6_000 })));
  const before = many.map(({ id }) => id);
  const all = seen(many, everything);
  expect(all).toHaveLength(6_000);
  expect(all.every((row, i) => i === 0 || all[i - 1]!.startedMs >= row.startedMs)).toBe(true);
  expect(many.map(({ id }) => id)).toEqual(before);
});
