// Plays the watching of the traffic: what was known before at once, and then a sample each second.
import type { Stop } from '../backend';
import type { Point } from '../bindings/Point';
import type { Sample } from '../bindings/Sample';
import type { Watched } from '../bindings/Watched';

export class Samples {
  #watchers = new Set<() => void>();

  watch(before: () => Point[], now: () => Sample, seen: (watched: Watched) => void): Stop {
    let stopped = false;
    const tick = () => seen({ kind: 'sample', sample: now() });
    const timer = setInterval(tick, 1000);
    this.#watchers.add(tick);
    queueMicrotask(() => {
      if (stopped) return;
      seen({ kind: 'history', points: before() });
      tick();
    });
    return () => {
      stopped = true;
      clearInterval(timer);
      this.#watchers.delete(tick);
    };
  }

  /** One more, before the second is over. */
  tell() {
    this.#watchers.forEach((tick) => tick());
  }
}
