import type { Stop } from '../backend/backend';
import type { Diagnosis } from '../backend/bindings/Diagnosis';
import type { Program } from './program.svelte';

/** The diagnosis that was asked for last. It goes on when another screen is looked at. */
export class Diagnosing {
  readonly #program: Program;
  #seen = $state.raw<Diagnosis>();
  #running = $state(false);
  #stop: Stop | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  /** As far as it has got; absent before the first one. */
  get seen(): Diagnosis | undefined {
    return this.#seen;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Begins one, in place of any that runs. */
  run() {
    this.#stop?.();
    this.#seen = undefined;
    this.#running = true;
    const failed = (cause: unknown) => {
      this.cancel();
      this.#program.fail(cause);
    };
    this.#stop = this.#program.backend.diagnose((seen) => this.#take(seen), failed);
  }

  /** Calls it off; what it has found stays. */
  cancel() {
    this.#stop?.();
    this.#stop = undefined;
    this.#running = false;
  }

  #take(seen: Diagnosis) {
    this.#seen = seen;
    if (!seen.ended) return;
    this.#stop?.();
    this.#stop = undefined;
    this.#running = false;
  }
}
