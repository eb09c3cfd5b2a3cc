import type { Backend, Failed, Stop } from '../backend/backend';
import type { ProfileUse } from '../backend/bindings/ProfileUse';
import { whileSeen } from './whileSeen';

/** How often is asked, in milliseconds: what stands in the list are sums of days, and how long ago something was. */
const EVERY = 15_000;

/** What has gone through each profile, asked for anew from time to time while somebody looks at the list. */
export class ProfileUses {
  #all = $state.raw<ReadonlyMap<string, ProfileUse>>(new Map());
  #nowMs = $state.raw(0);
  #last = 0;

  of(id: string): ProfileUse | undefined {
    return this.#all.get(id);
  }

  /** When that was asked for. */
  get nowMs(): number {
    return this.#nowMs;
  }

  start(backend: Pick<Backend, 'profileUses'>, document: Document, failed: Failed): Stop {
    return whileSeen(document, () => {
      const ask = () => this.#ask(backend, failed);
      ask();
      const timer = setInterval(ask, EVERY);
      return () => {
        clearInterval(timer);
        // What is still being told is not of the moment of the next look.
        this.#last += 1;
      };
    });
  }

  #ask(backend: Pick<Backend, 'profileUses'>, failed: Failed) {
    const number = ++this.#last;
    backend.profileUses().then((uses) => {
      if (!uses || number !== this.#last) return;
      this.#all = new Map(uses.map((use) => [use.id, use]));
      this.#nowMs = Date.now();
    }, failed);
  }
}
