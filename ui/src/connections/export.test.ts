import { expect, test } from 'vitest';
import type { Connection } from '../backend/bindings/Connection';
import { connection } from '../backend/fake/connections';
import type { Row } from './book';
import { csv, json, line } from './export';

const row = (change: Partial<Connection>): Row => {
  return { ...connection(1, { startedMs: 1_790_000_000_000, up: 1, down: 2, ...change }), upRate: 0, downRate: 0, hay: '' };
};
const end = { atMs: 1_790_000_004_000, idleMs: 40, how: { code: 'givenUp', verdict: 'refused' } } as const;
const HEAD = 'target,client,program,pid,port,route,server,rule,started,stage,ended,how,idleMs,up,down';

test('CSV has a line for each, with every text in quotes', () => {
  expect(csv([row({ target: 'a.example:443', rule: 'has "quotes", and a comma', end })])).toBe(
    `${HEAD}\r\n"a.example:443","127.0.0.1:40001",,,1080,"proxy","tk1.example.net:8388","has ""quotes"", and a comma",` +
      '"2026-09-21T14:13:20.000Z","stream","2026-09-21T14:13:24.000Z","refused",40,1,2\r\n',
  );
  expect(csv([])).toBe(`${HEAD}\r\n`);
});

test.each([
  ["=cmd|' /C calc'!A0:80", `"'=cmd|' /C calc'!A0:80"`],
  ['+1:80', `"'+1:80"`],
  ['-1:80', `"'-1:80"`],
  ['@SUM(A1):80', `"'@SUM(A1):80"`],
  [' =1:80', `"' =1:80"`],
  ['\uff1d1:80', `"'\uff1d1:80"`],
  ['\t=1:80', '"\\u{9}=1:80"'],
  ['a\r\n=1:80', '"a\\u{d}\\u{a}=1:80"'],
  ['\u202egro:80', '"\\u{202e}gro:80"'],
  ['a","b:80', '"a"",""b:80"'],
])('a target %j is the text %s for a spreadsheet', (target, cell) => {
  expect(csv([row({ target })]).split('\r\n')[1]!.startsWith(`${cell},"127`)).toBe(true);
});

test('the program that connected is named, whatever it calls itself', () => {
  const program = { name: '=cmd\u202e', pid: 42 };
  expect(csv([row({ target: 'a:80', program })]).split('\r\n')[1]).toContain(`"127.0.0.1:40001","'=cmd\\u{202e}",42,1080`);
  const said = json([row({ program })]);
  expect(JSON.parse(said)).toMatchObject([{ program: '=cmd\u202e', pid: 42 }]);
  expect(said).not.toContain('\u202e');
});

test('JSON says the same, and what is not known is null', () => {
  const [one] = JSON.parse(json([row({ target: null, server: null, route: null })])) as Record<string, unknown>[];
  expect(Object.keys(one!).join(',')).toBe(HEAD);
  expect(one).toMatchObject({ target: null, server: null, ended: null, how: null, started: '2026-09-21T14:13:20.000Z', up: 1 });
});

test('a moment that is none is not known', () => {
  expect(json([row({ startedMs: Number.MAX_VALUE })])).toContain('"started": null');
});

test('a row that is copied is one line, whatever stands in it', () => {
  const copied = line(row({ target: 'a\tb\nc:80' }));
  expect(copied.split('\t')[0]).toBe('a\\u{9}b\\u{a}c:80');
  expect(copied).not.toContain('\n');
});
