import { describe, expect, test } from 'vitest';
import type { TrafficPart } from '../backend/bindings/TrafficPart';
import type { TrafficSeen } from '../backend/bindings/TrafficSeen';
import { between, linesOf, MOST, rowsOf, shapeOf } from './shape';

type Steps = [index: number, down: number, up: number][];
const STEP = 10_000;
/** In the middle of the last of four steps, which begin at 100 s. */
const NOW = 135_000;

function part(id: string, steps: Steps, month = 0): TrafficPart {
  return {
    id,
    name: id.toUpperCase(),
    port: null,
    gone: false,
    steps: steps.map(([i, down, up]) => ({ atMs: 100_000 + i * STEP, down, up })),
    today: { down: 0, up: 0 },
    month: { down: month, up: 0 },
  };
}
const seen = (total: Steps, ports: TrafficPart[] = [], month = 0): TrafficSeen => ({
  ...{ atMs: NOW, stepMs: STEP, steps: 4 },
  ...{ total: part('', total, month), ports, profiles: [] },
});

test('steps without traffic are there, and those outside of the time are not', () => {
  const shape = shapeOf(seen([[-1, 9, 9], [0, 1, 0], [3, 2, 3], [4, 9, 9]]), 'all');
  expect(shape).toMatchObject({ fromMs: 100_000, stepMs: STEP, count: 4 });
  expect(shape.layers).toEqual([shape.total]);
  expect([shape.total.down, shape.total.up]).toEqual([[1, 0, 0, 2], [0, 0, 0, 3]]);
  expect(shape.total.sum).toEqual({ down: 3, up: 3 });
});

describe('by parts', () => {
  test('they keep their order, and what is in none of them stands last', () => {
    const shape = shapeOf(seen([[0, 10, 10], [1, 5, 0]], [part('a', [[0, 1, 1]]), part('b', [[0, 8, 2]])], 7), 'ports');
    expect(shape.layers.map(({ part }) => part?.id)).toEqual(['a', 'b', undefined]);
    expect(shape.layers.at(-1)).toMatchObject({ down: [1, 5, 0, 0], up: [7, 0, 0, 0], sum: { down: 6, up: 7 }, month: { down: 7, up: 0 } });
    expect(shape.layers.reduce((sum, layer) => sum + layer.sum.down + layer.sum.up, 0)).toBe(25);
  });

  test('there is no rest where nothing is left, not even by parts that say more than the whole', () => {
    expect(shapeOf(seen([[0, 8, 2]], [part('a', [[0, 8, 2]])]), 'ports').layers).toHaveLength(1);
    expect(shapeOf(seen([[0, 8, 2]], [part('a', [[0, 80, 20]])]), 'ports').layers).toHaveLength(1);
    expect(shapeOf(seen([], []), 'profiles').layers).toEqual([]);
  });

  test('more than can be told apart are one', () => {
    const many = Array.from({ length: 40 }, (_, i) => part(`p${i}`, [[0, i + 1, 0]]));
    const shape = shapeOf(seen([[0, 820, 0]], many), 'ports');
    expect(shape.layers.map(({ sum }) => sum.down)).toEqual([36, 37, 38, 39, 40, 630]);
    expect(shape.layers).toHaveLength(MOST + 1);
  });
});

test('a time has the sum of its steps, as far as they are there', () => {
  const shape = shapeOf(seen([[0, 1, 0], [1, 2, 0], [2, 4, 8], [3, 16, 0]]), 'all');
  expect(between(shape, 110_000, 130_000)).toEqual({ down: 6, up: 8 });
  expect(between(shape, 0, 110_000)).toEqual({ down: 1, up: 0 });
  expect(between(shape, 130_000, 900_000)).toEqual({ down: 16, up: 0 });
  expect(between(shape, 0, 50_000)).toEqual({ down: 0, up: 0 });
});

test('the table has longer rows, newest first, without empty ones, and loses no byte', () => {
  const shape = shapeOf(seen([[0, 3, 1], [1, 2, 0], [3, 4, 0]], [part('a', [[0, 1, 1], [1, 2, 0]]), part('b', [[0, 2, 0], [3, 4, 0]])]), 'ports');
  const rows = rowsOf(shape, (atMs) => Math.floor(atMs / 20_000) * 20_000);
  expect(rows.map(({ atMs, layer, down, up }) => [atMs, layer.part?.id, down, up])).toEqual([
    [120_000, 'b', 4, 0],
    [100_000, 'a', 3, 1],
    [100_000, 'b', 2, 0],
  ]);
});

test('lines lie on each other: down above the axis, up under it, the outermost first', () => {
  const shape = shapeOf(seen([[0, 5, 3], [2, 2, 2]], [part('a', [[0, 4, 1]]), part('b', [[0, 1, 2], [2, 2, 2]])]), 'ports');
  expect(shape.layers.map(({ part }) => part?.id)).toEqual(['a', 'b']);
  const { x, lines } = linesOf(shape);
  expect(x).toEqual([100_000, 110_000, 120_000, 130_000]);
  expect(lines.map((line) => line.map((n) => n + 0))).toEqual([
    [5, 0, 2, 0],
    [-3, 0, -2, 0],
    [4, 0, 0, 0],
    [-1, 0, 0, 0],
  ]);
});
