// Which connections are shown, and in what order.
import type { StageCode } from '../backend/bindings/StageCode';
import type { VerdictCode } from '../backend/bindings/VerdictCode';
import type { Row } from './book';

/** What the list can be sorted by: its columns. */
export const KEYS = ['target', 'client', 'way', 'state', 'started', 'up', 'down', 'rate'] as const;
export type Key = (typeof KEYS)[number];

/** How one ended, as far as it can be asked for: for any reason that Parasol gave it up, or for this one; by hand; or with its network. */
export type Ended = VerdictCode | 'givenUp' | 'closed' | 'stranded';

/** `direct`, `block`, or the server. */
export type Way = string;

/** From one moment to another, in milliseconds since 1970. */
export interface Between {
  fromMs: number;
  toMs: number;
}

export interface View {
  /** All its words are somewhere in target, client, program, server or rule. */
  text: string;
  port: number | null;
  way: Way | null;
  open: 'all' | 'open' | 'closed';
  ended: Ended | null;
  /** Open at some moment of this time. */
  between: Between | null;
  sort: Key;
  descending: boolean;
}

export const everything: View = { text: '', port: null, way: null, open: 'all', ended: null, between: null, sort: 'started', descending: true };

/** Whether anything is left out. */
export function filters({ text, port, way, open, ended, between }: View): boolean {
  return text.trim() !== '' || port !== null || way !== null || open !== 'all' || ended !== null || between !== null;
}

/** The view sorted by this column, or the other way round if it is so already. Numbers begin with the largest. */
export function sortedBy(view: View, sort: Key): View {
  const words = sort === 'target' || sort === 'client' || sort === 'way' || sort === 'state';
  return { ...view, sort, descending: view.sort === sort ? !view.descending : !words };
}

/** The way that a connection goes, once it is known. */
export function wayOf({ route, server }: Pick<Row, 'route' | 'server'>): Way | null {
  return route === 'block' || route === 'direct' ? route : (server ?? route);
}

/** What has ended like that. */
function endedOf({ end }: Pick<Row, 'end'>): Ended | null {
  if (end?.how.code === 'givenUp') return end.how.verdict;
  const code = end?.how.code;
  return code === 'closed' || code === 'stranded' ? code : null;
}

/** Those that the view asks for, in its order. */
export function seen(rows: readonly Row[], view: View): Row[] {
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = (row: Row) =>
    (view.open === 'all' || (row.end === null) === (view.open === 'open')) &&
    (view.port === null || row.port === view.port) &&
    (view.way === null || wayOf(row) === view.way) &&
    (view.ended === null || hasEnded(row, view.ended)) &&
    (view.between === null || wasOpen(row, view.between)) &&
    words.every((word) => row.hay.includes(word));
  const order = orders[view.sort];
  const sign = view.descending ? -1 : 1;
  // The newest first among equals, so that rows with nothing to tell them apart keep their places.
  return rows.filter(wanted).sort((a, b) => sign * order(a, b) || b.startedMs - a.startedMs || b.id - a.id);
}

/** What can be chosen among these. */
export function choices(rows: readonly Row[]): { ports: number[]; ways: Way[]; endings: Ended[] } {
  const ports = new Set<number>();
  const ways = new Set<Way>();
  const endings = new Set<Ended>();
  for (const row of rows) {
    ports.add(row.port);
    const way = wayOf(row);
    if (way !== null) ways.add(way);
    const ended = endedOf(row);
    if (ended) endings.add(ended);
  }
  return { ports: [...ports].sort((a, b) => a - b), ways: [...ways].sort(), endings: [...endings].sort() };
}

function hasEnded(row: Row, wanted: Ended): boolean {
  return wanted === 'givenUp' ? row.end?.how.code === 'givenUp' : endedOf(row) === wanted;
}

/** Whether it was open at some moment of this time. */
function wasOpen({ startedMs, end }: Row, { fromMs, toMs }: Between): boolean {
  return startedMs < toMs && (end === null || end.atMs >= fromMs);
}

const stages: StageCode[] = ['handshake', 'resolve', 'connect', 'stream', 'associate', 'closed'];
const number = (a: number, b: number) => a - b;
const words = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** Open ones by how far they are, and then those that have ended by how. */
const state = ({ end, stage }: Row) => (end ? `~${end.how.code === 'givenUp' ? end.how.verdict : end.how.code}` : `${stages.indexOf(stage)}`);

const orders: Record<Key, (a: Row, b: Row) => number> = {
  target: (a, b) => words(a.target ?? '', b.target ?? ''),
  /** By program where that is known, and those of one together. */
  client: (a, b) => words(a.program?.name ?? '~', b.program?.name ?? '~') || (a.program?.pid ?? 0) - (b.program?.pid ?? 0) || words(a.client, b.client),
  way: (a, b) => words(wayOf(a) ?? '', wayOf(b) ?? ''),
  state: (a, b) => words(state(a), state(b)),
  started: (a, b) => number(a.startedMs, b.startedMs),
  up: (a, b) => number(a.up, b.up),
  down: (a, b) => number(a.down, b.down),
  rate: (a, b) => number(a.upRate + a.downRate, b.upRate + b.downRate),
};

/** Whether rows keep their places while bytes move. */
export function isSteady({ sort }: View): boolean {
  return sort === 'started' || sort === 'target' || sort === 'client' || sort === 'way';
}
