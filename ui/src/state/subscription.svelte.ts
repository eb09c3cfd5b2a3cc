import type { Backend } from '../backend/backend';
import type { Command } from '../backend/bindings/Command';
import type { SubscriptionPreview } from '../backend/bindings/SubscriptionPreview';

/** A subscription that may be added: its URL, and what was found behind it. */
export class NewSubscription {
  readonly #backend: Backend;
  #url = $state('');
  #preview = $state.raw<SubscriptionPreview>();
  #looking = $state(false);
  // Not state: the end comes when the dialog is taken down, and by then state reads as it was before.
  #held: number | undefined;
  #ended = false;

  constructor(backend: Backend, url = '') {
    this.#backend = backend;
    this.#url = url;
  }

  get url(): string {
    return this.#url;
  }

  /** Another URL: what was found counts no more. */
  set url(url: string) {
    this.#url = url;
    this.#preview = undefined;
    this.#drop();
  }

  get preview(): SubscriptionPreview | undefined {
    return this.#preview;
  }

  get looking(): boolean {
    return this.#looking;
  }

  /** The app would take it. */
  get ready(): boolean {
    return this.#preview !== undefined && !this.#preview.known && this.#preview.fault?.kind !== 'badUrl';
  }

  /** Fetches what is behind the URL. */
  async look() {
    const url = this.#url;
    if (this.#looking || url.trim() === '') return;
    this.#looking = true;
    try {
      const preview = await this.#backend.previewSubscription(url);
      this.#held = preview.id;
      // Meanwhile it was typed on, or the dialog was closed.
      if (this.#ended || url !== this.#url) this.#drop();
      else this.#preview = preview;
    } finally {
      this.#looking = false;
    }
  }

  /** What adds that which is shown. From now on there is nothing to forget. */
  take(name: string, intervalHours: number | null): Command | undefined {
    if (!this.#preview) return undefined;
    this.#held = undefined;
    return { kind: 'addSubscription', id: this.#preview.id, name, intervalHours };
  }

  /** It is not wanted. */
  end() {
    this.#ended = true;
    this.#drop();
  }

  #drop() {
    const id = this.#held;
    this.#held = undefined;
    if (id !== undefined) void this.#backend.send({ kind: 'dropSubscription', id });
  }
}
