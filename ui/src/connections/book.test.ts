import { describe, expect, test } from 'vitest';
import type { Connection } from '../backend/bindings/Connection';
import type { ConnectionsSeen } from '../backend/bindings/ConnectionsSeen';
import { connection } from '../backend/fake/connections';
import { Book } from './book';

const of = (id: number, change: Partial<Connection> = {}) => connection(id, { startedMs: 1_000, up: 0, down: 0, ...change });
const ended = (id: number, atMs: number) => of(id, { end: { atMs, idleMs: 0, how: { code: 'clientDone' } } });
const news = (atMs: number, change: Partial<ConnectionsSeen> = {}): ConnectionsSeen => {
  return { atMs, anew: false, changed: [], counted: [], forgotten: [], ...change };
};

function book(first: Connection[], most?: number) {
  const made = new Book(most);
  made.take(news(1_000, { anew: true, changed: first }));
  return made;
}
const ids = (of: Book) => of.rows().map(({ id }) => id).sort((a, b) => a - b);
const rates = (of: Book) => of.rows().map(({ upRate, downRate }) => [upRate, downRate]);

test('the first look tells no rate, and the next one does from the counters of both', () => {
  const one = book([of(1, { up: 500, down: 7_000 })]);
  expect(rates(one)).toEqual([[0, 0]]);
  one.take(news(3_000, { counted: [{ id: 1, up: 700, down: 9_000 }] }));
  expect(rates(one)).toEqual([[100, 1_000]]);
});

test('what nothing is said of has moved nothing', () => {
  const one = book([of(1)]);
  one.take(news(2_000, { counted: [{ id: 1, up: 10, down: 10 }] }));
  one.take(news(3_000));
  expect(rates(one)).toEqual([[0, 0]]);
  expect(one.rows()[0]).toMatchObject({ up: 10, down: 10 });
});

test('facts that change keep the rate, and the end takes it', () => {
  const one = book([of(1, { stage: 'connect' })]);
  one.take(news(2_000, { changed: [of(1, { up: 100 })] }));
  expect(rates(one)).toEqual([[100, 0]]);
  one.take(news(3_000, { changed: [{ ...ended(1, 2_900), up: 300 }] }));
  expect(rates(one)).toEqual([[0, 0]]);
  expect(one.rows()[0]).toMatchObject({ up: 300, end: { atMs: 2_900 } });
});

test.each([
  ['that stands', 1_000],
  ['that was set back', 500],
])('a clock %s tells no rate', (_, atMs) => {
  const one = book([of(1)]);
  one.take(news(atMs, { counted: [{ id: 1, up: 10, down: 10 }] }));
  expect(rates(one)).toEqual([[0, 0]]);
});

test('a counter that went back tells no rate below nothing', () => {
  const one = book([of(1, { up: 900 })]);
  one.take(news(2_000, { counted: [{ id: 1, up: 10, down: 0 }] }));
  expect(rates(one)).toEqual([[0, 0]]);
});

test('what is forgotten goes, and what was never known is no row', () => {
  const one = book([of(1), of(2)]);
  one.take(news(2_000, { forgotten: [1, 9], counted: [{ id: 7, up: 1, down: 1 }] }));
  expect(ids(one)).toEqual([2]);
});

test('all anew takes the place of all before', () => {
  const one = book([of(1), of(2)]);
  one.take(news(2_000, { anew: true, changed: [of(3, { up: 100 })] }));
  expect(ids(one)).toEqual([3]);
  expect(rates(one)).toEqual([[0, 0]]);
});

test('rows that somebody holds do not change', () => {
  const one = book([of(1)]);
  const held = one.rows();
  one.take(news(2_000, { counted: [{ id: 1, up: 10, down: 10 }] }));
  expect(held[0]).toMatchObject({ up: 0, upRate: 0 });
});

describe('too many', () => {
  test('are not all listed: ended ones go first, then the oldest', () => {
    const one = book([of(1, { startedMs: 1 }), of(2, { startedMs: 2 }), ended(3, 900), ended(4, 800)], 3);
    expect([ids(one), one.left]).toEqual([[1, 2, 3], 1]);
    one.take(news(2_000, { changed: [of(5), of(6)] }));
    expect([ids(one), one.left]).toEqual([[2, 5, 6], 3]);
  });

  test('do not come back by their news, and are not counted when forgotten', () => {
    const one = book([of(1), of(2), ended(3, 900)], 2);
    one.take(news(2_000, { changed: [ended(3, 900)], counted: [{ id: 3, up: 1, down: 1 }] }));
    expect([ids(one), one.left]).toEqual([[1, 2], 1]);
    one.take(news(3_000, { forgotten: [3] }));
    expect(one.left).toBe(0);
  });
});

test('the text is looked for in target, client, server and rule', () => {
  const row = book([of(1, { target: 'WWW.Example.org:443', rule: '||Example' })]).rows()[0]!;
  expect(row.hay).toBe('www.example.org:443\n127.0.0.1:40001\ntk1.example.net:8388\n||example');
});
