import type { TimeoutsDraft } from '../backend/bindings/TimeoutsDraft';
import type { TimeoutsView } from '../backend/bindings/TimeoutsView';
import type { Program } from './program.svelte';

export type Wait = keyof TimeoutsDraft;

/** In the order in which a connection comes to them. */
export const waits: readonly Wait[] = ['handshake', 'resolve', 'connect', 'firstByte', 'idle', 'halfClosed'];

/** The whole seconds that were typed, with the digits and groups of any language here; nothing when it is no number from 1 to `most`. */
export function seconds(typed: string, most: number): number | undefined {
  const ascii = typed.normalize('NFKC').trim().replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
  const n = /^(\d{1,9}|\d{1,3}([,٬’'\s]\d{3})+)$/.test(ascii) ? Number(ascii.replace(/\D/g, '')) : 0;
  return n >= 1 && n <= most ? n : undefined;
}

/** Timeouts as they are typed. */
export class TimeoutsEdit {
  readonly #program: Program;
  readonly #most: number;
  readonly #set: TimeoutsDraft;
  #typed = $state.raw<Readonly<Record<Wait, string>>>(each(() => ''));

  /** `written` is how the user's language writes numbers. */
  constructor(program: Program, { set, most }: TimeoutsView, written: (n: number) => string) {
    this.#program = program;
    this.#most = most;
    this.#set = set;
    this.#typed = each((wait) => written(set[wait]));
  }

  get changed(): boolean {
    return waits.some((wait) => seconds(this.#typed[wait], this.#most) !== this.#set[wait]);
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
