import type { Candidate } from '../backend/bindings/Candidate';
import type { EarlierState } from '../backend/bindings/EarlierState';
import type { Program } from './program.svelte';

/** A state that is looked at; without candidate when it is gone. */
export interface Looked {
  untilMs: number;
  candidate: Candidate | null;
}

/** The earlier states as they are listed, and the one that is looked at. */
export class Earlier {
  readonly #program: Program;
  #list = $state.raw<readonly EarlierState[]>();
  #looked = $state.raw<Looked>();
  #asked = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** The newest first; absent until they are here. */
  get list(): readonly EarlierState[] | undefined {
    return this.#list;
  }

  get looked(): Looked | undefined {
    return this.#looked;
  }

  /** Asks for the list; the answer to the latest question counts. */
  async load() {
    const asked = ++this.#asked;
    try {
      const list = await this.#program.backend.earlierStates();
      if (asked === this.#asked) this.#list = list;
    } catch (cause) {
      this.#program.fail(cause);
    }
  }

  async look(untilMs: number) {
    try {
      this.#looked = { untilMs, candidate: await this.#program.backend.lookAtEarlier(untilMs) };
    } catch (cause) {
      this.#program.fail(cause);
    }
  }

  leave() {
    this.#looked = undefined;
  }

  /** Goes to the state that is looked at. */
  async goBack() {
    const id = this.#looked?.candidate?.id;
    this.leave();
    if (id !== undefined) await this.#program.send({ kind: 'restore', id });
  }
}
