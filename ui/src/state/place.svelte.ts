import type { Readable, Stop } from '../backend/backend';
import type { Handed } from '../backend/bindings/Handed';
import type { TrafficRange } from '../backend/bindings/TrafficRange';
import { everything, type View } from '../connections/view';
import type { Split } from '../traffic/shape';
import { beside, isList, type Links, noLinks, together } from './handed';
import type { Held, Sight } from './importing.svelte';

/** A screen of the window. */
export type Screen = 'home' | 'profiles' | 'connections' | 'traffic' | 'rules' | 'log' | 'settings';

/** What is in the editor of the screen, a new one without id: a profile or a group, or a port. `from` is where to go back to. */
export interface Editing {
  id: string | null;
  from: Screen;
  group: boolean;
  /** It was opened for the test of the profile. */
  test: boolean;
}

/**
 * A page within Profiles other than the list: the import, with files or links or a look to begin with, or the subscriptions,
 * with the address of one to begin with. `from` is where to go back to.
 */
export type Page = { from: Screen } & (
  | { kind: 'import'; files: readonly Readable[]; links: Links; sight?: Sight | undefined; held?: Held }
  | { kind: 'subscriptions'; url: string }
);

/** A part of Settings. */
export type Section = 'ports' | 'proxy' | 'start' | 'links' | 'secrets' | 'diagnosis' | 'tests' | 'timeouts' | 'backup' | 'earlier' | 'files';

/** Returns true when leaving is fine; otherwise keeps `leave` until the user has decided. */
export type Guard = (leave: () => void) => boolean;

/** Where the user is. Whoever holds unsaved work guards it: then leaving asks first. */
export class Place {
  #screen = $state<Screen>('home');
  #editing = $state.raw<Editing>();
  #page = $state.raw<Page>();
  #section = $state.raw<{ name: Section }>();
  #closing = $state(false);
  #waiting = $state.raw<Handed>();
  #view = $state.raw<View>(everything);
  #search = $state.raw('');
  #past = $state.raw<{ range: TrafficRange; split: Split }>({ range: 'hour', split: 'all' });
  #guard: Guard | undefined;

  constructor(screen: Screen = 'home') {
    this.#screen = screen;
  }

  get screen(): Screen {
    return this.#screen;
  }

  get editing(): Editing | undefined {
    return this.#editing;
  }

  /** What is open in Profiles instead of the list. */
  get page(): Page | undefined {
    return this.#page;
  }

  /** Links of the system that came while a page was open: nobody but the user changes what is about to be agreed to. */
  get waiting(): Handed | undefined {
    return this.#waiting;
  }

  /** Which connections are shown; it stays when the screen is left. */
  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
  }

  /** What is searched for among the profiles; it stays likewise. */
  get search(): string {
    return this.#search;
  }

  set search(search: string) {
    this.#search = search;
  }

  /** What is shown of the traffic; it stays likewise. */
  get past(): { range: TrafficRange; split: Split } {
    return this.#past;
  }

  set past(past: { range: TrafficRange; split: Split }) {
    this.#past = past;
  }

  /** The window is to close. */
  get closing(): boolean {
    return this.#closing;
  }

  go(screen: Screen) {
    this.leave(() => this.#to(screen));
  }

  /** Goes to a part of Settings, also from another part of it. */
  settings(name: Section) {
    this.leave(() => {
      this.#to('settings');
      this.#section = { name };
    });
  }

  /** The part that is gone to now; another one each time. */
  get section(): { name: Section } | undefined {
    return this.#section;
  }

  /** Shows just these connections. */
  connections(these: Partial<View>) {
    this.leave(() => {
      this.#view = { ...everything, ...these };
      this.#to('connections');
    });
  }

  /** Opens the editor of a profile. */
  edit(id: string | null) {
    this.#edit(id, 'profiles');
  }

  /** Opens the editor of a profile where its test stands. */
  test(id: string) {
    this.#edit(id, 'profiles', { test: true });
  }

  /** Opens the editor of a group. */
  editGroup(id: string | null) {
    this.#edit(id, 'profiles', { group: true });
  }

  /** Opens the editor of a port. */
  editPort(id: string | null) {
    this.#edit(id, 'settings');
  }

  /** Opens the page that imports, and looks there. */
  look(sight: Sight) {
    this.import([], noLinks, sight);
  }

  /** Opens the page that imports, with these files. */
  import(files: readonly Readable[] = [], links = noLinks, sight?: Sight) {
    this.leave(() => {
      this.#page = { kind: 'import', files, links, sight, from: this.#page?.from ?? this.#screen };
      this.#editing = undefined;
      this.#screen = 'profiles';
    });
  }

  /** Opens the page that imports, with the profiles of a state that was looked at. */
  importHeld(held: Held) {
    this.leave(() => {
      this.#page = { kind: 'import', files: [], links: noLinks, held, from: this.#screen };
      this.#editing = undefined;
      this.#screen = 'profiles';
    });
  }

  /** Opens the list of subscriptions; with an address, the question whether to add that. */
  subscriptions(url = '') {
    this.leave(() => {
      this.#page = { kind: 'subscriptions', url, from: 'profiles' };
      this.#editing = undefined;
      this.#screen = 'profiles';
    });
  }

  /** Shows links that the system handed over; while a page is open, keeps them until the user wants to see them. */
  handed(handed: Handed) {
    if (this.#page) this.#waiting = beside(this.#waiting, handed);
    else this.#show(handed);
  }

  /** Shows those that wait. Links that are shown stay beside them. */
  showWaiting() {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#show(waiting);
  }

  /** They are not wanted. */
  dropWaiting() {
    this.#waiting = undefined;
  }

  /** Leaves the editor or the page for where it was opened. */
  done() {
    this.#to((this.#editing ?? this.#page)?.from ?? this.#screen);
  }

  /** The window was asked to close. */
  close() {
    this.leave(() => (this.#closing = true));
  }

  /** It stays after all. */
  stay() {
    this.#closing = false;
  }

  /** Does it now, or when the guard's question was answered that way. */
  leave(then: () => void) {
    if (!this.#guard || this.#guard(then)) then();
  }

  #to(screen: Screen) {
    this.#screen = screen;
    this.#editing = undefined;
    this.#page = undefined;
    this.#section = undefined;
  }

  #show(handed: Handed) {
    const shown = this.#page?.kind === 'import' ? this.#page.links : noLinks;
    if (isList(handed)) this.subscriptions(handed.links[0]);
    else this.import([], together(shown, handed));
  }

  #edit(id: string | null, screen: Screen, { group = false, test = false } = {}) {
    this.leave(() => {
      this.#editing = { id, from: this.#screen, group, test };
      this.#page = undefined;
      this.#screen = screen;
    });
  }

  guard(guard: Guard): Stop {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = undefined;
    };
  }
}
