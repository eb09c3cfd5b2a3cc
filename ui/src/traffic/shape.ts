// What the chart and its twins show: the traffic of a time, step by step, in all or by its parts.
import type { Amount } from '../backend/bindings/Amount';
import type { TrafficPart } from '../backend/bindings/TrafficPart';
import type { TrafficSeen } from '../backend/bindings/TrafficSeen';
import type { Frame } from './brush';

/** By what it is told apart. */
export type Split = 'all' | 'ports' | 'profiles';

/** More colours could not be told from each other. */
export const MOST = 5;

/** One part of the chart, or the rest of them together. */
export interface Layer {
  /** Absent for the rest. */
  part: TrafficPart | undefined;
  /** Bytes in each step of the frame. */
  down: readonly number[];
  up: readonly number[];
  sum: Amount;
  today: Amount;
  month: Amount;
}

export interface Shape extends Frame {
  /** Those that moved most, in the order of the ports or profiles, and then the rest. */
  layers: readonly Layer[];
  /** All of them, whether they are shown apart or not. */
  total: Layer;
}

export function shapeOf(seen: TrafficSeen, split: Split): Shape {
  const { stepMs, steps: count, atMs } = seen;
  const fromMs = (Math.floor(atMs / stepMs) - count + 1) * stepMs;
  const frame = { fromMs, stepMs, count };
  const total = layerOf(seen.total, frame);
  if (split === 'all') return { ...frame, layers: [total], total };
  const all = seen[split].map((part) => layerOf(part, frame));
  const most = new Set(all.toSorted((a, b) => moved(b.sum) - moved(a.sum) || moved(b.month) - moved(a.month)).slice(0, MOST));
  // In their own order: by size they would change places, and colours, while one looks.
  const shown = all.filter((layer) => most.has(layer));
  const rest = restOf(total, shown);
  return { ...frame, layers: moved(rest.sum) || moved(rest.month) ? [...shown, rest] : shown, total };
}

/** Bytes both ways. */
export const moved = ({ up, down }: Amount): number => up + down;

function layerOf(part: TrafficPart, { fromMs, stepMs, count }: Frame): Layer {
  const down = new Array<number>(count).fill(0);
  const up = new Array<number>(count).fill(0);
  for (const step of part.steps) {
    const at = Math.floor((step.atMs - fromMs) / stepMs);
    if (at < 0 || at >= count) continue;
    down[at]! += step.down;
    up[at]! += step.up;
  }
  return { part, down, up, sum: { up: total(up), down: total(down) }, today: part.today, month: part.month };
}

/** What is in none of these: of those that are too many, and of those that are not known any more. */
function restOf(all: Layer, shown: readonly Layer[]): Layer {
  const less = (n: number, each: (layer: Layer) => number) => Math.max(0, n - total(shown.map(each)));
  const amount = (of: (layer: Layer) => Amount): Amount => ({
    up: less(of(all).up, (layer) => of(layer).up),
    down: less(of(all).down, (layer) => of(layer).down),
  });
  return {
    part: undefined,
    down: all.down.map((n, i) => less(n, ({ down }) => down[i]!)),
    up: all.up.map((n, i) => less(n, ({ up }) => up[i]!)),
    sum: amount(({ sum }) => sum),
    today: amount(({ today }) => today),
    month: amount(({ month }) => month),
  };
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);

/** What moved from one time to another, as far as whole steps tell. */
export function between({ layers, fromMs: first, stepMs }: Shape, fromMs: number, toMs: number): Amount {
  const [begin, end] = [Math.max(0, (fromMs - first) / stepMs), Math.max(0, (toMs - first) / stepMs)];
  const sum = (each: (layer: Layer) => readonly number[]) => total(layers.map((layer) => total(each(layer).slice(begin, end))));
  return { up: sum(({ up }) => up), down: sum(({ down }) => down) };
}

/** One row of the chart's table twin. */
export interface TableRow {
  atMs: number;
  layer: Layer;
  down: number;
  up: number;
}

/** Rows of several steps each, newest first; `begin` says when that of a time began. Those without traffic are left out. */
export function rowsOf({ layers, fromMs, stepMs, count }: Shape, begin: (atMs: number) => number): TableRow[] {
  const rows: TableRow[] = [];
  for (let i = count - 1; i >= 0; i--) {
    const atMs = begin(fromMs + i * stepMs);
    for (const layer of layers) {
      const [down, up] = [layer.down[i]!, layer.up[i]!];
      if (!down && !up) continue;
      const row = rows.findLast((row) => row.atMs === atMs && row.layer === layer);
      if (row) {
        row.down += down;
        row.up += up;
      } else rows.push({ atMs, layer, down, up });
    }
  }
  const order = new Map(layers.map((layer, i) => [layer, i]));
  return rows.sort((a, b) => b.atMs - a.atMs || order.get(a.layer)! - order.get(b.layer)!);
}

/** The layers as lines of a chart, each on those before it and the outermost first: down above the axis, up under it. */
export function linesOf({ layers, count, fromMs, stepMs }: Shape): { x: number[]; lines: number[][] } {
  const x = Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
  const lines: number[][] = [];
  const [down, up] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
  for (const layer of layers) {
    for (let i = 0; i < count; i++) {
      down[i]! += layer.down[i]!;
      up[i]! -= layer.up[i]!;
    }
    lines.unshift([...down], [...up]);
  }
  return { x, lines };
}
