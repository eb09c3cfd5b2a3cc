import type { Backend, Failed, Stop } from '../backend/backend';
import type { LogLine } from '../backend/bindings/LogLine';
import { whileSeen } from './whileSeen';

/** The program gives no more than the last so many lines of a time. */
export const MOST_LINES = 2_000;

/** After how long a time that is not over is asked for again, in milliseconds. */
const AGAIN = 2_000;

/** What the log said at a time that somebody looks at. */
export class LogThen {
  #lines = $state.raw<readonly LogLine[]>();

  /** From the oldest on; absent until it is told. */
  get lines(): readonly LogLine[] | undefined {
    return this.#lines;
  }

  /** Looks at this time, whose end is not of it, while the document can be seen. */
  look(backend: Pick<Backend, 'logBetween'>, document: Document, { fromMs, toMs }: { fromMs: number; toMs: number }, failed: Failed): Stop {
    this.#lines = undefined;
    // A clock that stands at its beginning puts steps before 1970, of which the program knows nothing.
    const first = Math.max(0, fromMs);
    const last = Math.max(0, toMs - 1);
    return whileSeen(document, () => {
      let stopped = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const ask = () => {
        const askedMs = Date.now();
        backend.logBetween(first, last).then((lines) => {
          // Another time is looked at meanwhile.
          if (stopped) return;
          this.#lines = lines;
          if (askedMs <= last) timer = setTimeout(ask, AGAIN);
        }, failed);
      };
      ask();
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    });
  }
}
