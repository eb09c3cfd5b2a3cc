import type { Backend } from '../backend/backend';
import type { RulesPreview } from '../backend/bindings/RulesPreview';

/** How long typing may pause before the text is looked at, in milliseconds: a long list takes a while to read. */
const PAUSE = 150;

const nothing: RulesPreview = { rules: 0, refused: [], more: 0, tooLong: false };

/** Rules of the user's own: those that decide, or those for the script (PAC) alone. */
export type Which = 'own' | 'pac';

/** Such rules in the editor: what was typed, and what it would put in force. */
export class RulesDraft {
  readonly #backend: Backend;
  readonly #which: Which;
  #saved = $state.raw<string>();
  #text = $state.raw('');
  #preview = $state.raw(nothing);
  /** The text that the preview is of. */
  #seen = $state.raw<string>();
  #pause: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Backend, which: Which) {
    this.#backend = backend;
    this.#which = which;
  }

  /** Fetches what is saved. */
  async load() {
    const saved = await (this.#which === 'pac' ? this.#backend.pacRules() : this.#backend.rules());
    this.#saved = saved;
    this.#text = saved;
    await this.#look();
  }

  get loaded(): boolean {
    return this.#saved !== undefined;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#look(), PAUSE);
  }

  get changed(): boolean {
    return this.#saved !== undefined && this.#text !== this.#saved;
  }

  get preview(): RulesPreview {
    return this.#preview;
  }

  /** What the text would do is known and shown, and it is not too long. */
  get ready(): boolean {
    return this.changed && this.#seen === this.#text && !this.#preview.tooLong;
  }

  /** The app has taken this text. */
  saved(text: string) {
    this.#saved = text;
  }

  discard() {
    if (this.#saved !== undefined) this.text = this.#saved;
  }

  stop() {
    clearTimeout(this.#pause);
  }

  #read(text: string): Promise<RulesPreview> {
    return this.#which === 'pac' ? this.#backend.previewPacRules(text) : this.#backend.previewRules(text);
  }

  async #look() {
    const asked = ++this.#asked;
    const text = this.#text;
    const preview = text === '' ? nothing : await this.#read(text);
    // Only the answer to the latest text counts, in whichever order they come.
    if (asked !== this.#asked) return;
    this.#preview = preview;
    this.#seen = text;
  }
}
