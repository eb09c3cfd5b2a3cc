import type { Backend } from '../backend/backend';
import type { LinkPreview } from '../backend/bindings/LinkPreview';

/** A pasted text and what it would add. */
export class Links {
  readonly #backend: Backend;
  #text = $state('');
  #preview = $state.raw<LinkPreview>({ added: [], refused: [] });
  #asked = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    void this.#look();
  }

  get preview(): LinkPreview {
    return this.#preview;
  }

  /** How many profiles would be new. */
  get fresh(): number {
    return this.#preview.added.filter(({ known }) => !known).length;
  }

  async #look() {
    const asked = ++this.#asked;
    const preview = await this.#backend.previewLinks(this.#text);
    // Only the answer to the latest text counts, in whichever order they come.
    if (asked === this.#asked) this.#preview = preview;
  }
}
