import { expect, test } from 'vitest';
import { ceiling } from './scale';

test.each([
  [0, 10_000],
  [10_000, 10_000],
  [10_001, 20_000],
  [20_000, 20_000],
  [30_000, 40_000],
  [41_000, 50_000],
  [50_001, 100_000],
  [8_420_000, 10_000_000],
  [Number.NaN, 10_000],
  [Number.POSITIVE_INFINITY, 10_000],
])('a peak of %s is drawn on a scale up to %s', (peak, top) => expect(ceiling(peak, 10_000)).toBe(top));
