// The traffic of a time written for other programs, step by step.
import { type Cell, csvOf, time } from '../text/csv';
import { jsonOf } from '../text/json';
import type { Shape, Split } from './shape';

const columns = ['from', 'to', 'of', 'name', 'port', 'down', 'up'] as const;

const kinds = { all: 'all', ports: 'port', profiles: 'profile' } as const;

function written({ layers, fromMs, stepMs, count }: Shape, split: Split): Cell[][] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    layers.flatMap(({ part, down, up }) => {
      if (!down[i] && !up[i]) return [];
      const at = fromMs + i * stepMs;
      return [[time(at), time(at + stepMs), part ? kinds[split] : 'rest', part?.name ?? null, part?.port ?? null, down[i]!, up[i]!]];
    }),
  );
}

/** Steps without traffic are left out. */
export function csv(shape: Shape, split: Split): string {
  return csvOf(columns, written(shape, split));
}

export function json(shape: Shape, split: Split): string {
  return jsonOf(written(shape, split).map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]]))));
}
