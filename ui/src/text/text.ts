// Every word of the window, in the language of the moment. See `docs/languages.md`.

import { live } from './live';
import { words } from './spoken.svelte';

export const text = live(words);
export const figures = text.figures;
