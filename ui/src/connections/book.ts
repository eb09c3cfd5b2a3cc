// The list of connections as the window knows it, put together from news. Rows are never changed, only replaced: who holds a
// list of them, such as a paused screen, holds a moment.
import type { Connection } from '../backend/bindings/Connection';
import type { ConnectionsSeen } from '../backend/bindings/ConnectionsSeen';

/** A connection with what the window adds to it. */
export interface Row extends Connection {
  /** Bytes a second between the last two looks. */
  readonly upRate: number;
  readonly downRate: number;
  /** What the filter's text is looked for in. */
  readonly hay: string;
}

/** More are not listed: the window's memory has an end, whatever the relay does. */
export const MOST = 20_000;

/** All connections that were told, by their numbers. */
export class Book {
  #rows = new Map<number, Row>();
  /** Those whose rate is not 0. */
  #moving: number[] = [];
  #lastMs: number | undefined;
  /** Known and not listed, for there are too many. */
  #left = new Set<number>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** In no order. */
  rows(): Row[] {
    return [...this.#rows.values()];
  }

  /** How many there are that are not listed. */
  get left(): number {
    return this.#left.size;
  }

  take({ atMs, anew, changed, counted, forgotten }: ConnectionsSeen) {
    if (anew) this.#clear();
    // A clock that was set back tells no rate.
    const elapsedMs = this.#lastMs === undefined ? 0 : Math.max(0, atMs - this.#lastMs);
    this.#lastMs = atMs;
    const rate = (before: number, after: number) => (elapsedMs > 0 ? (Math.max(0, after - before) * 1000) / elapsedMs : 0);
    const before = this.#moving;
    const moving = new Set<number>();
    const put = (row: Row) => {
      this.#rows.set(row.id, row);
      if (row.upRate || row.downRate) moving.add(row.id);
    };

    for (const connection of changed) {
      if (this.#left.has(connection.id)) continue;
      const known = this.#rows.get(connection.id);
      const open = connection.end === null;
      const upRate = open ? rate(known?.up ?? 0, connection.up) : 0;
      const downRate = open ? rate(known?.down ?? 0, connection.down) : 0;
      put({ ...connection, upRate, downRate, hay: hay(connection) });
    }
    for (const { id, up, down } of counted) {
      const known = this.#rows.get(id);
      if (known) put({ ...known, up, down, upRate: rate(known.up, up), downRate: rate(known.down, down) });
    }
    for (const id of before) {
      const known = this.#rows.get(id);
      // Nothing was said of it, so nothing has moved.
      if (known && !moving.has(id) && (known.upRate || known.downRate)) put({ ...known, upRate: 0, downRate: 0 });
    }
    for (const id of forgotten) {
      this.#rows.delete(id);
      this.#left.delete(id);
    }
    this.#moving = [...moving];
    this.#bound();
  }

  #clear() {
    this.#rows.clear();
    this.#left.clear();
    this.#moving = [];
    this.#lastMs = undefined;
  }

  /** Ended ones go first, and of those the oldest. */
  #bound() {
    const over = this.#rows.size - this.#most;
    if (over <= 0) return;
    const age = ({ end, startedMs }: Row) => (end ? end.atMs - Number.MAX_SAFE_INTEGER : startedMs);
    const oldest = this.rows().sort((a, b) => age(a) - age(b) || a.id - b.id);
    for (const { id } of oldest.slice(0, over)) {
      this.#rows.delete(id);
      this.#left.add(id);
    }
  }
}

function hay({ target, client, program, server, rule }: Connection): string {
  return [target, client, program?.name, program && `pid ${program.pid}`, server, rule].filter(Boolean).join('\n').toLowerCase();
}
