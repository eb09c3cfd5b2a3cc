// Persian runs from right to left; what does not must not pull the words around it out of order.

/** Addresses, links, paths, names of files and methods: from left to right whatever they begin with. */
export const ltr = (code: string | number) => `\u2066${code}\u2069`;

/** What people have named, and what the system says: in its own direction, whichever that is. */
export const own = (words: string) => `\u2068${words}\u2069`;

/** Figures with their unit: the number first, as the rest is read, whichever letters the unit has. */
export const figure = (said: string) => `\u2067${said}\u2069`;

/** One thing after the other, in one line. */
export const list = (parts: readonly string[]) => parts.map(own).join('، ');

/** A small number where there are no figures at hand. */
export const counted = (n: number) => n.toLocaleString('fa');
