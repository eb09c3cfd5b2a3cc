import type { ProbeFault } from '../backend/bindings/ProbeFault';
import type { TestsView } from '../backend/bindings/TestsView';
import type { Program } from './program.svelte';

/** What servers are tested with, as it is typed. */
export class ProbeEdit {
  readonly #program: Program;
  #saved = $state.raw({ url: '', nameServer: '' });
  #typed = $state.raw({ url: '', nameServer: '' });
  #fault = $state.raw<ProbeFault | null>(null);
  #done = $state(false);
  #asked = 0;

  constructor(program: Program, { url, nameServer }: TestsView) {
    this.#program = program;
    this.#saved = this.#typed = { url, nameServer };
  }

  get typed() {
    return this.#typed;
  }

  /** The field that makes no sense. */
  get fault(): ProbeFault | null {
    return this.#fault;
  }

  get changed(): boolean {
    return this.#typed.url !== this.#saved.url || this.#typed.nameServer !== this.#saved.nameServer;
  }

  /** It was just saved. */
  get done(): boolean {
    return this.#done && !this.changed;
  }

  async type(change: Partial<{ url: string; nameServer: string }>) {
    this.#typed = { ...this.#typed, ...change };
    this.#done = false;
    await this.#check();
  }

  /** True when the program has taken it. */
  async save(): Promise<boolean> {
    const typed = this.#typed;
    if (await this.#check()) return false;
    if (!(await this.#program.send({ kind: 'setProbe', ...typed }))) return false;
    this.#saved = typed;
    this.#done = true;
    return true;
  }

  async #check(): Promise<ProbeFault | null> {
    const asked = ++this.#asked;
    const { url, nameServer } = this.#typed;
    const fault = await this.#program.backend.checkProbe(url, nameServer);
    if (asked === this.#asked) this.#fault = fault;
    return fault;
  }
}
