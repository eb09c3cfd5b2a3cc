import type { Backend, Readable } from '../backend/backend';
import type { Command } from '../backend/bindings/Command';
import type { ImportPreview } from '../backend/bindings/ImportPreview';
import type { LookFault } from '../backend/bindings/LookFault';

/** Where servers can be seen. */
export type Sight = 'screen' | 'clipboard';

/** A state that was looked at, by the number of its candidate, and what it is called. */
export interface Held {
  id: number;
  name: string;
}

type Source = string | Readable | { sight: Sight } | { held: Held };

/** How long typing may pause before the text is looked at, in milliseconds: a long one takes a while to read. */
const PAUSE = 150;
/** As much of a file is read: a byte more than the app takes of anything, so that it is the app that says so. */
const MOST = 64 * 1024 * 1024 + 1;

const nothing: ImportPreview = { id: 0, format: 'unknown', added: [], changed: [], unchanged: [], repeated: [], refused: [] };

/** Text, files or sights that servers may stand in, what they would change, and what the user does not want of it. */
export class Importing {
  readonly #backend: Backend;
  #text = $state('');
  #files = $state.raw<readonly Readable[]>([]);
  #at = $state(0);
  /** The look that was asked for last; another one each time. */
  #asked = $state.raw<{ sight: Sight } | { held: Held }>();
  #preview = $state.raw<ImportPreview>(nothing);
  #leftOut = $state.raw<ReadonlySet<number>>(new Set());
  #unreadable = $state<string>();
  #fault = $state.raw<LookFault>();
  /** What is shown is of this text, file or look. */
  #seen = $state.raw<Source>('');
  #looking = $state(false);
  // Not state: the end comes when the page is taken down, and by then state reads as it was before.
  #held = 0;
  #busy = false;
  #again = false;
  #ended = false;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend, files: readonly Readable[] = [], text = '', sight?: Sight, held?: Held) {
    this.#backend = backend;
    if (held) this.#ask({ held });
    else if (sight) this.look(sight);
    else if (files.length) this.open(files);
    else if (text) this.text = text;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#look(), PAUSE);
  }

  /** Looks at these files, one after the other. */
  open(files: readonly Readable[]) {
    this.#asked = undefined;
    this.#files = files;
    this.#at = 0;
    void this.#look();
  }

  /** Looks there, now. */
  look(sight: Sight) {
    this.#ask({ sight });
  }

  /** Where was looked last, if what is shown is to be of that. */
  get sight(): Sight | undefined {
    return this.#asked && 'sight' in this.#asked ? this.#asked.sight : undefined;
  }

  /** The state whose profiles are shown, likewise. */
  get held(): Held | undefined {
    return this.#asked && 'held' in this.#asked ? this.#asked.held : undefined;
  }

  /** Why nothing could be seen there. */
  get fault(): LookFault | undefined {
    return this.#fault;
  }

  /** Somebody is being asked. */
  get busy(): boolean {
    return this.#looking;
  }

  /** The file that is looked at, and which of how many it is, from 1. */
  get file(): { name: string; at: number; of: number } | undefined {
    const file = this.#files[this.#at];
    return file && { name: file.name, at: this.#at + 1, of: this.#files.length };
  }

  get preview(): ImportPreview {
    return this.#preview;
  }

  /** Why the file cannot be read. */
  get unreadable(): string | undefined {
    return this.#unreadable;
  }

  /** What is shown is not yet that of what was given. */
  get looking(): boolean {
    return this.#looking || this.#seen !== this.#source;
  }

  wants = (index: number): boolean => !this.#leftOut.has(index);

  want = (indices: readonly number[], on: boolean) => {
    const leftOut = new Set(this.#leftOut);
    for (const index of indices) on ? leftOut.delete(index) : leftOut.add(index);
    this.#leftOut = leftOut;
  };

  /** How many profiles would be new. */
  get adds(): number {
    return this.#preview.added.filter(({ index }) => this.wants(index)).length;
  }

  /** How many would be other than before. */
  get changes(): number {
    return this.#preview.changed.filter(({ entry }) => this.wants(entry.index)).length;
  }

  /** There is something to do, and it is what is shown. */
  get ready(): boolean {
    return !this.looking && this.adds + this.changes > 0;
  }

  /** What does that which is shown, less what is left out. From now on there is nothing to forget. */
  take(): Command {
    this.#held = 0;
    return { kind: 'import', id: this.#preview.id, leaveOut: [...this.#leftOut] };
  }

  /** Goes on to the next file; false when there is none. */
  next(): boolean {
    if (this.#at + 1 >= this.#files.length) return false;
    this.#at += 1;
    void this.#look();
    return true;
  }

  /** Nothing of it is wanted. */
  end() {
    this.#ended = true;
    clearTimeout(this.#pause);
    if (!this.#busy) this.#drop();
  }

  get #source(): Source {
    return this.#asked ?? this.#files[this.#at] ?? this.#text;
  }

  #ask(asked: { sight: Sight } | { held: Held }) {
    this.#asked = asked;
    this.#files = [];
    void this.#look();
  }

  /** One question at a time: the program keeps what it was asked last, and that must be what is shown. */
  async #look() {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = this.#looking = true;
    try {
      while (this.#again && !this.#ended) {
        this.#again = false;
        await this.#read();
      }
    } finally {
      this.#busy = this.#looking = false;
      if (this.#ended) this.#drop();
    }
  }

  async #read() {
    const source = this.#source;
    let preview = nothing;
    this.#unreadable = this.#fault = undefined;
    if (typeof source === 'string') {
      if (source.trim() !== '') preview = await this.#backend.previewImport(source);
    } else if ('held' in source) {
      preview = await this.#backend.previewCandidate(source.held.id);
    } else if ('sight' in source) {
      const look = await (source.sight === 'screen' ? this.#backend.lookAtScreen() : this.#backend.lookAtClipboard());
      if (look.kind === 'seen') preview = look.preview;
      else this.#fault = look.fault;
    } else {
      const bytes = await source.slice(0, MOST).arrayBuffer().catch((cause: unknown) => {
        this.#unreadable = cause instanceof Error ? cause.message : String(cause);
      });
      if (bytes) preview = await this.#backend.previewImportFile(new Uint8Array(bytes));
    }
    if (preview === nothing) this.#drop();
    this.#held = preview.id;
    this.#preview = preview;
    this.#leftOut = new Set();
    this.#seen = source;
  }

  /** What was shown is forgotten, passwords and all. */
  #drop() {
    const id = this.#held;
    this.#held = 0;
    if (id !== 0) void this.#backend.send({ kind: 'dropImport', id });
  }
}
