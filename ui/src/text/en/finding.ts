import type { Figures } from '../figures';

/** A long list of profiles: which of them is meant, and which of them are used. */
export const finding = ({ count, plural }: Figures) => ({
  profileSearch: {
    label: 'Search the profiles',
    hint: 'Name, server, method, notes',
    found: (n: number, all: number) => `${count(n)} of ${plural(all, { one: '# profile', other: '# profiles' })}`,
    none: (all: number) => plural(all, { one: 'The one profile does not match.', other: 'None of the # profiles matches.' }),
    clear: 'Show all',
  },
  profileUsed: {
    /** Before how long ago, or the day. */
    last: 'Used',
  },
});
