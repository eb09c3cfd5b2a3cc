import type { Figures } from './figures';

/** What another language must say in place of this: the same messages, each from the same arguments, in its own words. */
export type Shape<Words> = Words extends string
  ? string
  : Words extends (...about: infer About) => string
    ? (...about: About) => string
    : { [Message in keyof Words]: Shape<Words[Message]> };

/** The same for an area of the words, which may need figures to be made. */
export type Area<English> = English extends (figures: Figures) => infer Words ? Shape<Words> : Shape<English>;
