/** So many rows are drawn beyond what can be seen, so that a scroll meets no gap. */
const BEYOND = 8;

/** Before its size is known: as much as a large window holds. */
const UNKNOWN = 1200;

/** Which of `count` rows of one size must be drawn: from `first` to before `end`. */
export function drawn(scrolled: number, size: number, count: number, row: number): { first: number; end: number } {
  const top = Math.max(0, Number.isFinite(scrolled) ? scrolled : 0);
  const seen = Math.ceil((size || UNKNOWN) / row);
  const first = Math.max(0, Math.min(Math.floor(top / row), count - seen) - BEYOND);
  return { first, end: Math.min(count, first + seen + 2 * BEYOND + 1) };
}
