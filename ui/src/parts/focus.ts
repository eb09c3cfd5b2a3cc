import { tick } from 'svelte';

/**
 * Gives the focus to whoever stands where the one that had it went with its row: of these in the document, the one at this
 * place, or the last. Where none is left, to another; without one, to the screen.
 */
export async function focusAt(selector: string, at: number, otherwise?: HTMLElement | null) {
  await tick();
  const left = document.querySelectorAll<HTMLElement>(selector);
  const next = left[Math.min(at, left.length - 1)] ?? otherwise ?? document.querySelector<HTMLElement>('main');
  next?.focus();
}
