import { expect, test } from 'vitest';
import { past } from './past';
import { scene } from './scene';

test.each([0, 3, 6, 9, 12, 15, 18, 21])('there is traffic of the last hour at %i o’clock, whenever the tests run', (hour) => {
  const nowMs = Date.UTC(2026, 10, 30, hour, 0, 5);
  const { total, steps } = past(true, scene('on', nowMs).state, 'hour', nowMs);
  expect(total.steps.length).toBeGreaterThan(steps / 2);
});
