import { expect, test } from 'vitest';
import { type Brush, covers, keyed, placeOf, stepAt } from './brush';

const frame = { fromMs: 1_000, stepMs: 100, count: 20 };

test.each([
  [0, 1_000],
  [0.049, 1_000],
  [0.05, 1_100],
  [0.999, 2_900],
  [1, 2_900],
  [7, 2_900],
  [-3, 1_000],
  [Number.NaN, 1_000],
])('at %d of the width is the step of %d', (part, atMs) => {
  expect(stepAt(frame, part)).toBe(atMs);
});

const at = (anchorMs: number, cursorMs = anchorMs): Brush => ({ anchorMs, cursorMs });

test.each<[string, boolean, Brush | undefined, Brush | undefined]>([
  ['ArrowLeft', false, undefined, at(2_900)],
  ['ArrowRight', false, undefined, at(2_900)],
  ['ArrowLeft', false, at(2_900), at(2_800)],
  ['ArrowRight', false, at(2_900), at(2_900)],
  ['ArrowLeft', true, at(2_900), at(2_900, 2_800)],
  ['ArrowLeft', true, at(2_900, 2_500), at(2_900, 2_400)],
  ['ArrowRight', false, at(2_900, 2_500), at(2_600)],
  ['PageUp', true, at(2_900), at(2_900, 1_900)],
  ['PageDown', false, at(1_000), at(2_000)],
  ['Home', true, at(1_500), at(1_500, 1_000)],
  ['End', false, at(1_500), at(2_900)],
  ['Home', true, undefined, at(1_000)],
  ['ArrowLeft', false, at(1_000), at(1_000)],
  // It has gone out of the frame meanwhile.
  ['ArrowRight', true, at(-500, -400), at(-500, 1_100)],
  ['a', false, at(1_000), undefined],
  ['Tab', false, at(1_000), undefined],
])('%s, with Shift %s, makes of %o %o', (key, shift, before, after) => {
  expect(keyed(before, frame, key, shift)).toEqual(after);
});

test('it covers whole steps, whichever way it was drawn', () => {
  expect(covers(at(1_200, 1_500), 100)).toEqual({ fromMs: 1_200, toMs: 1_600 });
  expect(covers(at(1_500, 1_200), 100)).toEqual({ fromMs: 1_200, toMs: 1_600 });
});

test('of what has gone out of the frame the rest is seen, and then nothing', () => {
  expect(placeOf(at(2_000, 2_400), frame)).toEqual({ start: 0.5, width: 0.25 });
  expect(placeOf(at(500, 1_400), frame)).toEqual({ start: 0, width: 0.25 });
  expect(placeOf(at(500, 900), frame)).toBeUndefined();
});
