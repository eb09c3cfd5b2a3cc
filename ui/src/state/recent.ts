// What each port moved of late, for the line in its row.
import type { Point } from '../backend/bindings/Point';
import type { Sample } from '../backend/bindings/Sample';

/** How much of the past that line shows. */
export const RECENT_MS = 60_000;

/** Bytes a second both ways, at a moment. */
export interface Moved {
  readonly atMs: number;
  readonly rate: number;
}

/** By the ports' numbers, the oldest first. */
export type Recent = ReadonlyMap<number, readonly Moved[]>;

/**
 * With one more second. Ports that are gone go, and what lies ahead of a clock that was set back. `past` is what all ports
 * together moved before: where there is but one, that is its own.
 */
export function after(recent: Recent, { atMs, ports }: Sample, past: readonly Point[] = []): Recent {
  const before = recent.size === 0 && ports.length === 1 ? past.map(({ atMs, upRate, downRate }) => ({ atMs, rate: upRate + downRate })) : [];
  const of = (port: number) => (recent.get(port) ?? before).filter((one) => one.atMs > atMs - RECENT_MS && one.atMs < atMs);
  return new Map(ports.map(({ port, upRate, downRate }) => [port, [...of(port), { atMs, rate: upRate + downRate }]]));
}
