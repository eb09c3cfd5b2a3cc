import type { BackupFault } from '../backend/bindings/BackupFault';
import type { Candidate } from '../backend/bindings/Candidate';
import type { Program } from './program.svelte';

/** A file that everything is saved to, or taken from: where it is, its passphrase, and what came of it. */
export class BackupFile {
  readonly #program: Program;
  path = $state('');
  passphrase = $state('');
  #busy = $state(false);
  #fault = $state.raw<BackupFault>();
  #made = $state.raw<{ path: string; missing: number }>();
  #candidate = $state.raw<Candidate>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** It is being written or opened, which takes a while with a passphrase. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Why it was not made, or cannot be used. */
  get fault(): BackupFault | undefined {
    return this.#fault;
  }

  /** What was made. */
  get made(): { path: string; missing: number } | undefined {
    return this.#made;
  }

  /** What is in it. */
  get candidate(): Candidate | undefined {
    return this.#candidate;
  }

  /** Something else was typed: what was said before is of no more use. */
  forget() {
    this.#fault = undefined;
    this.#made = undefined;
  }

  async make() {
    const path = this.path.trim();
    await this.#ask(async () => {
      const answer = await this.#program.backend.backUp(path, this.passphrase || null);
      if (answer.kind === 'done') this.#made = { path, missing: answer.missing };
      else this.#fault = answer.fault;
    });
  }

  async look() {
    await this.#ask(async () => {
      const look = await this.#program.backend.lookAtBackup(this.path.trim(), this.passphrase || null);
      if (look.kind === 'open') this.#candidate = look.candidate;
      else this.#fault = look.fault;
    });
  }

  /** Goes to what is in it. */
  async restore() {
    const id = this.#candidate?.id;
    if (id !== undefined) await this.#program.send({ kind: 'restore', id });
  }

  async #ask(ask: () => Promise<void>) {
    if (this.#busy) return;
    this.forget();
    this.#busy = true;
    try {
      await ask();
    } catch (cause) {
      this.#program.fail(cause);
    } finally {
      this.#busy = false;
    }
  }
}
