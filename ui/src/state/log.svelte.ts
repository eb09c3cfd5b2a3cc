import type { Backend, Failed, Stop } from '../backend/backend';
import type { LogSeen } from '../backend/bindings/LogSeen';
import { row, type LogRow } from '../log/view';
import { whileSeen } from './whileSeen';

/** As many as the program keeps. */
export const MAX_ROWS = 6_000;
/** So many more, until some are forgotten. */
const SLACK = 500;

/** The lines of the log, for as long as somebody looks at them. */
export class LogLines {
  // Raw: thousands of rows, and only what is drawn looks into them.
  #rows = $state.raw<readonly LogRow[]>();
  #file = $state<string | null>(null);
  #fault = $state<string | null>(null);

  /** From the oldest on; absent until the first news. */
  get rows(): readonly LogRow[] | undefined {
    return this.#rows;
  }

  /** The file that holds them too. */
  get file(): string | null {
    return this.#file;
  }

  /** Why it does not. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Watches while the document can be seen. */
  start(backend: Backend, document: Document, failed: Failed): Stop {
    return whileSeen(document, () => backend.watchLog((news) => this.take(news), failed));
  }

  take({ anew, lines, file, fault }: LogSeen) {
    const before = anew ? [] : (this.#rows ?? []);
    this.#rows = lines.length || anew || !this.#rows ? kept([...before, ...lines.map(row)]) : this.#rows;
    this.#file = file;
    this.#fault = fault;
  }
}

/** Not more than can be shown: details go first, as they do in the program. */
function kept(rows: LogRow[]): LogRow[] {
  let over = rows.length - MAX_ROWS;
  if (over <= SLACK) return rows;
  const left = rows.filter(({ level }) => level !== 'debug' || over-- <= 0);
  return left.slice(Math.max(0, left.length - MAX_ROWS));
}
