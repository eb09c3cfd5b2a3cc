import type { Figures } from '../figures';

/** Counts as Russian needs them: 1 and 21, 2 to 4, the rest; leaving one out does not compile. */
export const counting =
  ({ plural }: Figures) =>
  (n: number, one: string, few: string, many: string) =>
    plural(n, { one, few, many, other: few });
