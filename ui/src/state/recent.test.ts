import { expect, test } from 'vitest';
import type { Sample } from '../backend/bindings/Sample';
import { after, type Recent, RECENT_MS } from './recent';

const none: Recent = new Map();
const at = (atMs: number, ports: [port: number, up: number, down: number][]) => {
  const all = ports.map(([port, upRate, downRate]) => ({ port, upRate, downRate }));
  return { atMs, ports: all } as unknown as Sample;
};

test('each port has its own seconds, and loses them when it is gone', () => {
  const one = after(none, at(1_000, [[1080, 1, 2], [1081, 0, 0]]));
  const two = after(one, at(2_000, [[1080, 3, 4]]));
  expect([...two]).toEqual([[1080, [{ atMs: 1_000, rate: 3 }, { atMs: 2_000, rate: 7 }]]]);
});

test('a minute is kept, however long it goes on and however the clock jumps', () => {
  let recent = none;
  for (let n = 0; n < 10_000; n++) recent = after(recent, at(n * 1_000, [[1080, n, 0]]));
  expect(recent.get(1080)).toHaveLength(RECENT_MS / 1_000);
  recent = after(recent, at(5_000_000, [[1080, 1, 0]]));
  expect(recent.get(1080)).toEqual([{ atMs: 5_000_000, rate: 1 }]);
});

test('a port that is alone has the past of all from the beginning, and one of several has none', () => {
  const past = [{ atMs: 1_000, upRate: 1, downRate: 4 }];
  expect(after(none, at(2_000, [[1080, 2, 0]]), past).get(1080)).toEqual([{ atMs: 1_000, rate: 5 }, { atMs: 2_000, rate: 2 }]);
  expect(after(none, at(2_000, [[1080, 2, 0], [1081, 0, 0]]), past).get(1080)).toHaveLength(1);
  // It came when others were there.
  const other = after(none, at(1_500, [[1081, 0, 0]]));
  expect(after(other, at(2_000, [[1080, 2, 0]]), past).get(1080)).toHaveLength(1);
});
