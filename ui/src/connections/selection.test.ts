import { expect, test } from 'vitest';
import { all, keyed, none, one, ranged, toggled } from './selection';

const rows = [3, 1, 4, 5, 9].map((id) => ({ id }));
const PAGE = 3;

test.each([
  [undefined, 'ArrowDown', 3],
  [undefined, 'ArrowUp', 3],
  [undefined, 'End', 9],
  [3, 'ArrowDown', 1],
  [3, 'ArrowUp', 3],
  [9, 'ArrowDown', 9],
  [3, 'PageDown', 5],
  [4, 'PageDown', 9],
  [9, 'PageUp', 1],
  [4, 'Home', 3],
  [4, 'End', 9],
  [77, 'ArrowDown', 3],
])('from %s the key %s leads to %s', (from, key, to) => {
  const next = keyed(from === undefined ? none : one(from), rows, key, false, PAGE);
  expect([next?.cursor, [...(next?.ids ?? [])]]).toEqual([to, [to]]);
});

test.each(['a', 'Enter', 'toString', 'constructor'])('the key %s leads nowhere', (key) => {
  expect(keyed(one(3), rows, key, false, PAGE)).toBeUndefined();
});

test('in an empty list no key leads anywhere', () => expect(keyed(none, [], 'ArrowDown', false, PAGE)).toBeUndefined());

test('with Shift the keys extend the choice, and take it back', () => {
  let selection = keyed(one(1), rows, 'ArrowDown', true, PAGE)!;
  selection = keyed(selection, rows, 'ArrowDown', true, PAGE)!;
  expect([...selection.ids]).toEqual([1, 4, 5]);
  selection = keyed(selection, rows, 'ArrowUp', true, PAGE)!;
  expect([...selection.ids]).toEqual([1, 4]);
  expect([...keyed(selection, rows, 'Home', true, PAGE)!.ids]).toEqual([3, 1]);
});

test('a range whose beginning is gone begins anew', () => {
  expect([...ranged(one(77), rows, 4).ids]).toEqual([4]);
});

test('single ones are added and taken out', () => {
  const two = toggled(one(3), 9);
  expect([...two.ids]).toEqual([3, 9]);
  expect([...toggled(two, 3).ids]).toEqual([9]);
});

test('all are all, and the keys stay where they are', () => {
  expect(all(rows, one(4))).toMatchObject({ cursor: 4, ids: new Set([3, 1, 4, 5, 9]) });
  expect(all([], none).ids.size).toBe(0);
});
