// Which rows are chosen, and which of them the keys move.

export interface Selection {
  readonly ids: ReadonlySet<number>;
  /** The row that the keys are at. */
  readonly cursor: number | undefined;
  /** Where a range begins. */
  readonly anchor: number | undefined;
}

export const none: Selection = { ids: new Set(), cursor: undefined, anchor: undefined };

type Rows = readonly { readonly id: number }[];

const steps: Record<string, (at: number, page: number, last: number) => number> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, page) => at + page,
  PageUp: (at, page) => at - page,
  Home: () => 0,
  End: (_at, _page, last) => last,
};

/** Where a key leads from there; nothing when it leads nowhere. */
export function keyed(selection: Selection, rows: Rows, key: string, extend: boolean, page: number): Selection | undefined {
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (!step || rows.length === 0) return undefined;
  const from = rows.findIndex(({ id }) => id === selection.cursor);
  const last = rows.length - 1;
  // From nowhere every key but End leads to the first.
  const to = from < 0 && key !== 'End' ? 0 : Math.min(last, Math.max(0, step(from, page, last)));
  return extend ? ranged(selection, rows, rows[to]!.id) : one(rows[to]!.id);
}

export function one(id: number): Selection {
  return { ids: new Set([id]), cursor: id, anchor: id };
}

/** This one as well, or no longer. */
export function toggled({ ids }: Selection, id: number): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, cursor: id, anchor: id };
}

/** From the anchor to this one. */
export function ranged({ anchor, cursor }: Selection, rows: Rows, id: number): Selection {
  const begin = rows.findIndex((row) => row.id === (anchor ?? cursor));
  const end = rows.findIndex((row) => row.id === id);
  if (begin < 0 || end < 0) return one(id);
  const range = rows.slice(Math.min(begin, end), Math.max(begin, end) + 1);
  return { ids: new Set(range.map((row) => row.id)), cursor: id, anchor: rows[begin]!.id };
}

export function all(rows: Rows, { cursor }: Selection): Selection {
  return { ids: new Set(rows.map(({ id }) => id)), cursor: cursor ?? rows[0]?.id, anchor: rows[0]?.id };
}
