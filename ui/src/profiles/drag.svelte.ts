import { dropIndex } from './order';

/** A row of a list that follows the pointer: which one, and where it would go now. */
export class Drag {
  #now = $state.raw<{ id: string; from: number; to: number }>();

  get now(): { id: string; from: number; to: number } | undefined {
    return this.#now;
  }

  /** Where it is shown again. */
  end() {
    this.#now = undefined;
  }

  /** The handle of a row was pressed. `list` has the rows, each with its `data-id`; `drop` is told where it was let go. */
  begin(event: PointerEvent, list: HTMLElement | undefined, id: string, from: number, drop: (to: number) => void) {
    if (event.button !== 0) return;
    const move = ({ clientY }: PointerEvent) => {
      const others = [...(list?.children ?? [])].filter((row) => (row as HTMLElement).dataset['id'] !== id);
      this.#now = { id, from, to: dropIndex(others.map((row) => row.getBoundingClientRect()), clientY) };
    };
    const end = ({ type }: PointerEvent) => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
      const to = this.#now?.to;
      if (type === 'pointerup' && to !== undefined && to !== from) drop(to);
      else this.end();
    };
    // On the window: the handle itself moves in the document with its row, which would end a pointer capture.
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
  }
}
