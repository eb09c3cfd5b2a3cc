import type { PatienceView } from '../backend/bindings/PatienceView';
import type { TimeoutsView } from '../backend/bindings/TimeoutsView';
import type { Program } from './program.svelte';

export type Wait = keyof TimeoutsView;

/** In the order in which a connection comes to them. */
export const waits: readonly Wait[] = ['handshake', 'resolve', 'connect', 'firstByte', 'idle', 'halfClosed'];

/** The whole seconds that were typed, with Persian and Arabic digits too; nothing when it is no number from 1 to `most`. */
export function seconds(typed: string, most: number): number | undefined {
  const ascii = typed.trim().replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
  const n = /^\d{1,9}$/.test(ascii) ? Number(ascii) : 0;
  return n >= 1 && n <= most ? n : undefined;
}

/** Timeouts as they are typed. */
export class TimeoutsEdit {
  readonly #program: Program;
  readonly #most: number;
  #typed = $state.raw<Readonly<Record<Wait, string>>>(each(() => ''));

  constructor(program: Program, { set, most }: PatienceView) {
    this.#program = program;
    this.#most = most;
    this.#typed = each((wait) => String(set[wait]));
  }

  typed(wait: Wait): string {
    return this.#typed[wait];
  }

  faulty(wait: Wait): boolean {
    return seconds(this.typed(wait), this.#most) === undefined;
  }

  type(wait: Wait, typed: string) {
    this.#typed = { ...this.#typed, [wait]: typed };
  }

  /** True when the program has taken them. */
  async save(): Promise<boolean> {
    if (waits.some((wait) => this.faulty(wait))) return false;
    return this.#program.send({ kind: 'setTimeouts', timeouts: each((wait) => seconds(this.typed(wait), this.#most)!) });
  }
}

const each = <T>(of: (wait: Wait) => T) => Object.fromEntries(waits.map((wait) => [wait, of(wait)])) as Record<Wait, T>;
