import type { BackupFault } from '../backend/bindings/BackupFault';
import type { Candidate } from '../backend/bindings/Candidate';
import type { Program } from './program.svelte';

/** A file that everything is saved to, or taken from: which, its passphrase, and what came of it. */
export class BackupFile {
  readonly #program: Program;
  passphrase = $state('');
  #chosen = $state('');
  #shut = $state(false);
  #busy = $state(false);
  #fault = $state.raw<BackupFault>();
  #made = $state.raw<{ path: string; missing: number }>();
  #candidate = $state.raw<Candidate>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** The name of the file that was chosen to be looked at; empty before. */
  get chosen(): string {
    return this.#chosen;
  }

  /** It did not open at once. */
  get shut(): boolean {
    return this.#shut;
  }

  /** The user is asked for a file, or it is being written or opened, which takes a while with a passphrase. */
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

  /** Has the user say where, and makes it. */
  async make() {
    await this.#ask(async () => {
      const answer = await this.#program.backend.backUp(this.passphrase || null);
      if (answer?.kind === 'done') this.#made = { path: answer.path, missing: answer.missing };
      else this.#fault = answer?.fault;
    });
  }

  /** Has the user choose one, and looks at it. */
  async choose() {
    await this.#ask(async () => {
      const name = await this.#program.backend.chooseBackup();
      if (name === null) return;
      this.#chosen = name;
      await this.#look();
    });
  }

  async look() {
    if (this.#chosen) await this.#ask(() => this.#look());
  }

  /** Goes to what is in it. */
  async restore() {
    const id = this.#candidate?.id;
    if (id !== undefined) await this.#program.send({ kind: 'restore', id });
  }

  async #look() {
    const look = await this.#program.backend.lookAtBackup(this.passphrase || null);
    if (look.kind === 'open') this.#candidate = look.candidate;
    else this.#fault = look.fault;
    this.#shut = look.kind !== 'open';
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
