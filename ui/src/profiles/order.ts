/** Where a dragged row belongs: the number of other rows whose middle lies above the pointer. */
export function dropIndex(others: readonly { top: number; height: number }[], y: number): number {
  return others.filter(({ top, height }) => top + height / 2 < y).length;
}

/** Where a key moves a row in a list of `length`; undefined when it is no such key, or the row is there already. */
export function keyIndex(key: string, from: number, length: number): number | undefined {
  const to = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: length - 1 }[key];
  return to === undefined || to === from || to < 0 || to >= length ? undefined : to;
}

/** The list with one item moved. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  return items.toSpliced(from, 1).toSpliced(to, 0, ...items.slice(from, from + 1));
}
