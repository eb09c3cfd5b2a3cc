// A word for each variant of a tagged type: a variant without one does not compile.

/** For types told apart by `code`. */
export type ByCode<T extends { code: string }> = { [C in T['code']]: (about: Extract<T, { code: C }>) => string };

/** For types told apart by `kind`. */
export type ByKind<T extends { kind: string }> = { [K in T['kind']]: (about: Extract<T, { kind: K }>) => string };

/** The words for this one. */
export function byCode<T extends { code: string }>(words: ByCode<T>, about: T): string {
  return (words[about.code as T['code']] as (about: T) => string)(about);
}

/** The words for this one. */
export function byKind<T extends { kind: string }>(words: ByKind<T>, about: T): string {
  return (words[about.kind as T['kind']] as (about: T) => string)(about);
}

/** The word for a name that may be none of ours; then it goes by itself. */
export function named(words: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(words, name) ? words[name]! : name;
}
