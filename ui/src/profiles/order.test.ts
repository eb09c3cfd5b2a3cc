import { expect, test } from 'vitest';
import { dropIndex, keyIndex, moved } from './order';

const rows = [0, 50, 100].map((top) => ({ top, height: 50 }));

test.each([
  [-20, 0],
  [24, 0],
  [26, 1],
  [76, 2],
  [400, 3],
])('a row dropped at %s stands at %s', (y, at) => expect(dropIndex(rows, y)).toBe(at));

test.each([
  ['ArrowUp', 1, 0],
  ['ArrowUp', 0, undefined],
  ['ArrowDown', 1, 2],
  ['ArrowDown', 2, undefined],
  ['Home', 2, 0],
  ['Home', 0, undefined],
  ['End', 0, 2],
  ['a', 1, undefined],
])('%s moves row %s to %s', (key, from, to) => expect(keyIndex(key, from, 3)).toBe(to));

test('a moved item leaves the others in order', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'b', 'c']);
});
