import type { Backend, Failed, Stop } from '../backend/backend';
import type { Point } from '../backend/bindings/Point';
import type { Sample } from '../backend/bindings/Sample';
import type { Watched } from '../backend/bindings/Watched';
import { after, type Recent } from './recent';
import { whileSeen } from './whileSeen';

/** How much of the past the chart shows, in milliseconds. */
export const SPAN_MS = 120_000;
const SECOND_MS = 1000;

/** One row of the chart's table twin. */
export interface Row {
  atMs: number;
  down: number;
  up: number;
}

/** What the relay measures, second by second while something moves, for as long as somebody can see it. */
export class Traffic {
  #sample = $state.raw<Sample>();
  #points = $state.raw<readonly Point[]>([]);
  #recent = $state.raw<Recent>(new Map());

  /** The latest second. */
  get sample(): Sample | undefined {
    return this.#sample;
  }

  /** The last two minutes, oldest first. */
  get points(): readonly Point[] {
    return this.#points;
  }

  /** What each port moved of late. */
  get recent(): Recent {
    return this.#recent;
  }

  /** The latest rates, all ports together. */
  get now(): { down: number; up: number } {
    const last = this.#points.at(-1);
    return { down: last?.downRate ?? 0, up: last?.upRate ?? 0 };
  }

  /** Bytes both ways since switched on. */
  get total(): number {
    return sum(this.#sample?.ports.map((port) => port.upTotal + port.downTotal) ?? []);
  }

  /** Flows open now. */
  get flows(): number {
    return sum(this.#sample?.ports.map((port) => port.flows) ?? []);
  }

  /** Watches while the document can be seen. */
  start(backend: Backend, document: Document, failed: Failed): Stop {
    return whileSeen(document, () => backend.watch((watched) => this.#take(watched), failed));
  }

  /** Averages over steps of this many milliseconds, newest first. */
  rows(stepMs: number): Row[] {
    const steps = new Map<number, Point[]>();
    for (const point of this.#points) {
      const step = Math.floor(point.atMs / stepMs) * stepMs;
      steps.set(step, [...(steps.get(step) ?? []), point]);
    }
    return [...steps]
      .map(([atMs, points]) => ({
        atMs,
        down: sum(points.map(({ downRate }) => downRate)) / points.length,
        up: sum(points.map(({ upRate }) => upRate)) / points.length,
      }))
      .reverse();
  }

  #take(watched: Watched) {
    if (watched.kind === 'history') {
      this.#points = watched.points;
      return;
    }
    const { sample } = watched;
    this.#sample = sample;
    this.#recent = after(this.#recent, sample, this.#points);
    const point = {
      atMs: sample.atMs,
      upRate: sum(sample.ports.map(({ upRate }) => upRate)),
      downRate: sum(sample.ports.map(({ downRate }) => downRate)),
    };
    // A clock that was set back would draw the line backwards: what lies ahead of now is dropped.
    const past = this.#points.filter(({ atMs }) => atMs < point.atMs);
    this.#points = [...past, ...still(past.at(-1), point), point].filter(({ atMs }) => atMs > point.atMs - SPAN_MS);
  }
}

/** The seconds between two points that nobody told of, because nothing moved in them. */
function still(from: Point | undefined, to: Point): Point[] {
  if (!from || from.upRate || from.downRate) return [];
  const points: Point[] = [];
  const last = to.atMs - SECOND_MS / 2;
  for (let atMs = Math.max(from.atMs, to.atMs - SPAN_MS) + SECOND_MS; atMs < last; atMs += SECOND_MS) {
    points.push({ atMs, upRate: 0, downRate: 0 });
  }
  return points;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
