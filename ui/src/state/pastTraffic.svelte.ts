import type { TrafficRange } from '../backend/bindings/TrafficRange';
import type { TrafficSeen } from '../backend/bindings/TrafficSeen';
import type { Program } from './program.svelte';

/** How often it is asked for, in milliseconds: no oftener than what is drawn can change to the eye. */
const EVERY: Record<TrafficRange, number> = { minutes: 900, hour: 9_000, day: 29_000, month: 59_000 };

/** The traffic of the past, asked for anew from time to time while somebody looks at it. */
export class PastTraffic {
  #seen = $state.raw<{ range: TrafficRange; seen: TrafficSeen }>();
  readonly #program: Program;
  #asked: { range: TrafficRange; atMs: number } | undefined;
  #last = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** What was answered last, and of what; absent until the first answer. */
  get now(): { range: TrafficRange; seen: TrafficSeen } | undefined {
    return this.#seen;
  }

  /** A second has gone by, or another time is to be looked at. There are no seconds while the window is hidden. */
  follow(range: TrafficRange, atMs: number) {
    const asked = this.#asked;
    // A clock that was set back is no reason to wait.
    if (asked?.range === range && atMs >= asked.atMs && atMs - asked.atMs < EVERY[range]) return;
    this.#asked = { range, atMs };
    const number = ++this.#last;
    this.#program.backend.traffic(range).then(
      (seen) => {
        // Another was asked for meanwhile.
        if (seen && number === this.#last) this.#seen = { range, seen };
      },
      (cause: unknown) => this.#program.fail(cause),
    );
  }
}
