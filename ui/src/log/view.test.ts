import { describe, expect, test } from 'vitest';
import type { LogLine } from '../backend/bindings/LogLine';
import { LogLines, MAX_ROWS } from '../state/log.svelte';
import { atEnd, row, said, seen, written } from './view';

const line = (change: Partial<LogLine>): LogLine => ({ id: 1, atMs: 0, level: 'info', part: 'parasol_app', message: 'it works', fields: [], ...change });
const fields = (of: Record<string, string>) => Object.entries(of).map(([name, value]) => ({ name, value }));

describe('a line', () => {
  test('says its message and its values, each to be told from the next', () => {
    expect(said(line({ fields: fields({ n: '3', path: '/a b', none: '', quoted: 'a="b"' }) }))).toBe('it works n=3 path="/a b" none="" quoted="a=\\"b\\""');
  });

  test('stays one whatever is in it', () => {
    const text = written(line({ message: 'a\nb\u202e', part: 'x\u001b', fields: fields({ v: '\r\u2028' }), level: 'warn' }));
    expect(text).toBe('1970-01-01T00:00:00.000Z WARN x\\u{1b} a\\u{a}b\\u{202e} v="\\u{d}\\u{2028}"');
    expect(written(line({ atMs: Number.MAX_VALUE }))).toContain('INFO');
  });
});

test('lines are found by level and by words anywhere in them', () => {
  const rows = [
    line({ id: 1, level: 'error', message: 'The disk is full' }),
    line({ id: 2, level: 'info', fields: fields({ port: '1080' }) }),
    line({ id: 3, level: 'debug', part: 'parasol_engine::flows' }),
  ].map(row);
  const ids = (...sight: Parameters<typeof seen>[1][]) => seen(rows, sight[0]!).map(({ id }) => id);
  expect(ids({ level: 'debug', text: '' })).toEqual([1, 2, 3]);
  expect(ids({ level: 'info', text: ' ' })).toEqual([1, 2]);
  expect(ids({ level: 'warn', text: '' })).toEqual([1]);
  expect(ids({ level: 'debug', text: 'FULL disk' })).toEqual([1]);
  expect(ids({ level: 'debug', text: 'port=1080' })).toEqual([2]);
  expect(ids({ level: 'debug', text: 'flows' })).toEqual([3]);
  expect(ids({ level: 'debug', text: '.*' })).toEqual([]);
});

test('not more lines are kept than the program keeps, and details go first', () => {
  const book = new LogLines();
  const take = (lines: LogLine[], anew = false) => book.take({ anew, lines, file: null, fault: null });
  take([line({ id: 1, level: 'warn' })], true);
  for (let i = 0; i < 30; i++) take(Array.from({ length: 1000 }, (_, j) => line({ id: 2 + i * 1000 + j, level: 'debug' })));
  expect(book.rows!.length).toBeLessThanOrEqual(MAX_ROWS + 500);
  expect(book.rows![0]!.id).toBe(1);
  expect(book.rows!.at(-1)!.id).toBe(30_001);
  take(Array.from({ length: 10_000 }, (_, j) => line({ id: 40_000 + j })));
  expect(book.rows!.length).toBe(MAX_ROWS);
  take([], true);
  expect(book.rows).toEqual([]);
});

test('the end is in sight when the last row is', () => {
  expect(atEnd(760, 240, 1000, 24)).toBe(true);
  expect(atEnd(749, 240, 1000, 24)).toBe(true);
  expect(atEnd(700, 240, 1000, 24)).toBe(false);
  expect(atEnd(0, 240, 48, 24)).toBe(true);
});
