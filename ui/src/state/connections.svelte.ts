import type { Backend, Failed, Stop } from '../backend/backend';
import type { ConnectionsSeen } from '../backend/bindings/ConnectionsSeen';
import { Book, type Row } from '../connections/book';
import { whileSeen } from './whileSeen';

/** All connections at a moment. */
export interface Moment {
  readonly rows: readonly Row[];
  readonly atMs: number;
  /** How many are not listed, for there are too many. */
  readonly left: number;
}

/** The connections, for as long as somebody looks at them. Paused, the moment of the pause is shown while news go on. */
export class Connections {
  #book = new Book();
  // Raw: thousands of rows are replaced each second, and only what is drawn looks into them.
  #now = $state.raw<Moment>();
  #held = $state.raw<Moment>();

  /** What is to be shown; absent until the first news. */
  get moment(): Moment | undefined {
    return this.#held ?? this.#now;
  }

  get paused(): boolean {
    return this.#held !== undefined;
  }

  pause(paused: boolean) {
    this.#held = paused ? this.#now : undefined;
  }

  /** Watches while the document can be seen. */
  start(backend: Backend, document: Document, failed: Failed): Stop {
    return whileSeen(document, () => backend.watchConnections((news) => this.#take(news), failed));
  }

  #take(news: ConnectionsSeen) {
    this.#book.take(news);
    this.#now = { rows: this.#book.rows(), atMs: news.atMs, left: this.#book.left };
  }
}
