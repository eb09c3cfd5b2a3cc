import type { ProfileDraft } from '../backend/bindings/ProfileDraft';
import type { Tested } from '../backend/bindings/Tested';
import type { Program } from './program.svelte';

/** The test of the profile in the editor. What is saved is tested as all are; what is only typed, apart. */
export class ProfileTest {
  readonly #program: Program;
  readonly #id: string | undefined;
  #tested = $state.raw<Tested>();
  #busy = $state(false);
  #faulty = $state(false);
  #asked = 0;

  constructor(program: Program, id: string | undefined) {
    this.#program = program;
    this.#id = id;
  }

  /** What came of the last one. */
  get tested(): Tested | undefined {
    return this.#tested;
  }

  /** One is under way. */
  get busy(): boolean {
    return this.#busy || this.waiting;
  }

  /** It is one that can be called off. */
  get waiting(): boolean {
    return this.#id !== undefined && (this.#program.state?.tests.waiting.includes(this.#id) ?? false);
  }

  /** When the last test of the saved profile ended. */
  get endedMs(): number | undefined {
    return this.#program.state?.tests.ended.find(({ id }) => id === this.#id)?.atMs;
  }

  /** There was something to mend in the draft. */
  get faulty(): boolean {
    return this.#faulty;
  }

  /** Fetches what the program knows of the saved profile. */
  async load() {
    if (this.#id === undefined) return;
    const asked = ++this.#asked;
    try {
      const tested = await this.#program.backend.tested(this.#id);
      if (asked === this.#asked && tested) this.#tested = tested;
    } catch (cause) {
      this.#program.fail(cause);
    }
  }

  /** Tests the draft; without one, what is saved. */
  async run(draft: ProfileDraft | undefined) {
    this.#faulty = false;
    if (!draft && this.#id !== undefined) {
      await this.#program.send({ kind: 'testProfile', id: this.#id });
      return;
    }
    if (!draft) return;
    const asked = ++this.#asked;
    this.#busy = true;
    try {
      const tested = await this.#program.backend.testDraft(draft);
      if (asked !== this.#asked) return;
      this.#faulty = tested === null;
      if (tested) this.#tested = tested;
    } catch (cause) {
      this.#program.fail(cause);
    } finally {
      this.#busy = false;
    }
  }
}
