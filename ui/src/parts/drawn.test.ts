import { expect, test } from 'vitest';
import { drawn } from './drawn';

test.each([
  ['the top', 0, 0, 27],
  ['a little down', 320, 2, 29],
  ['the middle', 80_000, 2_492, 2_519],
  ['the end', 159_680, 4_982, 5_000],
  ['beyond the end', 900_000, 4_982, 5_000],
  ['above the top, as a web view that bounces has it', -90, 0, 27],
  ['nowhere', Number.NaN, 0, 27],
])('of 5,000 rows, scrolled to %s, a handful is drawn', (_, scrolled, first, end) => {
  expect(drawn(scrolled, 320, 5_000, 32)).toEqual({ first, end });
});

test.each([0, 1, 5])('of %s rows all are drawn', (count) => expect(drawn(0, 320, count, 32)).toEqual({ first: 0, end: count }));

test('before the size is known enough are drawn for a large window', () => {
  expect(drawn(0, 0, 5_000, 32).end).toBeGreaterThan(38);
});
