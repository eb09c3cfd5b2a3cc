import type { Backend, Stop } from '../backend/backend';
import type { AppState } from '../backend/bindings/AppState';
import type { Command } from '../backend/bindings/Command';
import type { ProfileView } from '../backend/bindings/ProfileView';
import { Diagnosing } from './diagnosing.svelte';

/** The program's state as the window knows it, and the way to ask for another. */
export class Program {
  readonly backend: Backend;
  readonly diagnosing: Diagnosing;
  #state = $state.raw<AppState>();
  #failure = $state<string>();
  #ended = $state(false);
  #undoHidden = $state(false);

  constructor(backend: Backend) {
    this.backend = backend;
    this.diagnosing = new Diagnosing(this);
  }

  /** The latest state; absent until the first one is here. */
  get state(): AppState | undefined {
    return this.#state;
  }

  /** The profile that is used, or will be. */
  get active(): ProfileView | undefined {
    return this.#state?.profiles.find(({ id }) => id === this.#state?.active);
  }

  /** Why the program could not be asked, when that happened. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What does the work has ended by itself. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The name of the deleted profile that can be brought back. */
  get undo(): string | undefined {
    return this.#undoHidden ? undefined : (this.#state?.undo ?? undefined);
  }

  /** Begins to follow the program. */
  start(): Stop {
    let pushed = false;
    const ended = this.backend.onEnded(() => (this.#ended = true));
    const stop = this.backend.onState((state) => {
      pushed = true;
      this.#state = state;
    });
    this.backend.state().then(
      (state) => {
        if (state === null) this.#ended = true;
        // A state that was pushed meanwhile is the newer one.
        else if (!pushed) this.#state = state;
      },
      (cause: unknown) => this.fail(cause),
    );
    return () => {
      stop();
      ended();
    };
  }

  /** Asks; true when the program has taken it. */
  async send(command: Command): Promise<boolean> {
    if (command.kind === 'deleteProfile') this.#undoHidden = false;
    try {
      await this.backend.send(command);
      this.#failure = undefined;
      return true;
    } catch (cause) {
      this.fail(cause);
      return false;
    }
  }

  hideUndo() {
    this.#undoHidden = true;
  }

  hideFailure() {
    this.#failure = undefined;
  }

  /** Something could not be asked. */
  readonly fail = (cause: unknown) => {
    this.#failure = cause instanceof Error ? cause.message : String(cause);
  };
}
