import type { Backend } from '../backend/backend';
import type { Command } from '../backend/bindings/Command';
import type { ImportPreview } from '../backend/bindings/ImportPreview';

const nothing: ImportPreview = { id: 0, format: 'unknown', added: [], changed: [], unchanged: [], refused: [] };

/** A pasted text and what it would add. */
export class Links {
  readonly #backend: Backend;
  #text = $state('');
  #preview = $state.raw<ImportPreview>(nothing);
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

  get preview(): ImportPreview {
    return this.#preview;
  }

  /** How many profiles would be new or other than before. */
  get fresh(): number {
    return this.#preview.added.length + this.#preview.changed.length;
  }

  /** What does that which is shown. */
  get command(): Command {
    return { kind: 'import', id: this.#preview.id, leaveOut: [] };
  }

  async #look() {
    const asked = ++this.#asked;
    const empty = this.#text.trim() === '';
    const preview = empty ? nothing : await this.#backend.previewImport(this.#text);
    // Only the answer to the latest text counts, in whichever order they come.
    if (asked === this.#asked) this.#preview = preview;
  }
}
