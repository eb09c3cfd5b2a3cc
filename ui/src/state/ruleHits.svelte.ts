import type { Backend, Failed, Stop } from '../backend/backend';
import type { RuleHits } from '../backend/bindings/RuleHits';
import { whileSeen } from './whileSeen';

/** How often what rules have decided is asked for, in milliseconds. */
const EACH = 2_000;

/** What rules have decided, for as long as somebody looks. */
export class Hits {
  #now = $state.raw<RuleHits>({ sets: [], busiest: [] });

  get now(): RuleHits {
    return this.#now;
  }

  /** Asks while the document can be seen. */
  start(backend: Backend, document: Document, failed: Failed): Stop {
    return whileSeen(document, () => {
      let stopped = false;
      const ask = () =>
        backend.ruleHits().then(
          (hits) => {
            if (!stopped) this.#now = hits;
          },
          (cause: unknown) => {
            // Once is enough to be told.
            clearInterval(timer);
            failed(cause);
          },
        );
      const timer = setInterval(() => void ask(), EACH);
      void ask();
      return () => {
        stopped = true;
        clearInterval(timer);
      };
    });
  }
}
