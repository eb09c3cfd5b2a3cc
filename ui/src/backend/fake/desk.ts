import type { Stop } from '../backend';
import type { Handed } from '../bindings/Handed';
import type { OpenerView } from '../bindings/OpenerView';

/** Plays what is around the window on a desktop: pressed links, and who opens them. */
export class Desk {
  /** Who opens links on this desktop. */
  opener: OpenerView = { kind: 'others' };
  #handed: Handed | null = null;
  #onHanded = new Set<() => void>();

  async handedLinks(): Promise<Handed | null> {
    const handed = this.#handed;
    this.#handed = null;
    return handed;
  }

  onHandedLinks(handed: () => void): Stop {
    this.#onHanded.add(handed);
    return () => void this.#onHanded.delete(handed);
  }

  linkOpener = (): Promise<OpenerView> => Promise.resolve(this.opener);

  async setLinkOpener(ours: boolean): Promise<OpenerView> {
    this.opener = { kind: ours ? 'ours' : 'others' };
    return this.opener;
  }

  /** Somebody presses a link in another program. */
  hand(handed: Handed) {
    this.#handed = handed;
    this.#onHanded.forEach((told) => told());
  }
}
