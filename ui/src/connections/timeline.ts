// What a connection has spent its time with, from when it got where.
import type { Connection } from '../backend/bindings/Connection';

export type PartKind = 'handshake' | 'resolve' | 'connect' | 'firstUp' | 'firstDown' | 'stream' | 'associate' | 'idle';

/** A part of its life. */
export interface Part {
  kind: PartKind;
  /** When it began, in milliseconds after the connection was accepted. */
  fromMs: number;
  ms: number;
}

export interface Timeline {
  /** One after the other, without gaps, from 0 to `totalMs`. */
  parts: Part[];
  totalMs: number;
  /** How many of them are on the way to the first byte. */
  opening: number;
}

/** The relay counts silence in steps of half a second, and the first of them may have begun with the last byte of all. */
const HEARD_MS = 1000;

/** Bytes move in both directions, or could. */
const FLOWING: readonly PartKind[] = ['stream', 'associate'];

/** Its life until it ended, or until now. */
export function timeline(
  { startedMs, reached, end, up }: Pick<Connection, 'startedMs' | 'reached' | 'end' | 'up'>,
  nowMs: number,
): Timeline {
  const there = reached.stream ?? reached.associate;
  const { firstDown } = reached;
  // Told with the next stage only: bytes have come by now, and when is not known yet.
  const firstUp = reached.firstUp ?? (up > 0 && firstDown === null ? there : null);
  const starts: [PartKind, number | null][] = [
    ['handshake', 0],
    ['resolve', reached.resolve],
    ['connect', reached.connect],
    // The far end may speak first: then nobody waits for the client.
    ['firstUp', firstDown !== null && (firstUp === null || firstUp > firstDown) ? null : there],
    ['firstDown', firstUp !== null && (firstDown === null || firstUp <= firstDown) ? firstUp : firstDown === null ? null : there],
    [reached.associate !== null && reached.stream === null ? 'associate' : 'stream', firstDown],
  ];
  // It may be known later than what follows it, and a clock that was set back ends it before it began.
  let last = 0;
  const begun = starts.flatMap(([kind, at]): [PartKind, number][] => {
    if (at === null) return [];
    last = Math.max(last, at);
    return [[kind, last]];
  });
  const totalMs = Math.max(last, (end?.atMs ?? nowMs) - startedMs);
  const parts = begun.map(([kind, fromMs], i) => ({ kind, fromMs, ms: (begun[i + 1]?.[1] ?? totalMs) - fromMs }));
  const opening = parts.filter(({ kind }) => !FLOWING.includes(kind)).length;
  const final = parts.at(-1);
  if (final && end && end.idleMs >= HEARD_MS && FLOWING.includes(final.kind)) {
    const idle = Math.min(end.idleMs, final.ms);
    final.ms -= idle;
    if (idle > 0) parts.push({ kind: 'idle', fromMs: totalMs - idle, ms: idle });
  }
  return { parts, totalMs, opening };
}
