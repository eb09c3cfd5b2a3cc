import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';

/** What uPlot is to draw, once it is loaded. */
type Options = (width: number, made: typeof uPlot) => uPlot.Options;

/**
 * A chart that uPlot draws, for as long as its place is on the page. It is loaded when the first one is, and draws only what
 * can be seen.
 */
export class Plot {
  #plot = $state.raw<uPlot>();
  #seen = $state(false);
  #frame: HTMLElement | undefined;
  /** Those asked for since the theme changed: asking has the styles of the whole page looked through. */
  readonly #colours = new Map<string, string>();

  /** Draws in the element that this is attached to. */
  in(height: number, options: Options) {
    return (frame: HTMLElement) => {
      this.#frame = frame;
      let ended = false;
      const dark = matchMedia('(prefers-color-scheme: dark)');
      const repaint = () => {
        this.#colours.clear();
        this.#plot?.redraw(false);
      };
      const size = new ResizeObserver(([entry]) => {
        if (entry) this.#plot?.setSize({ width: entry.contentRect.width, height });
      });
      const sight = new IntersectionObserver(([entry]) => (this.#seen = entry?.isIntersecting ?? false));
      void import('uplot').then(({ default: made }) => {
        if (ended) return;
        const wanted = options(frame.clientWidth, made);
        this.#plot = new made(wanted, wanted.series.map((): number[] => []) as uPlot.AlignedData, frame);
        size.observe(frame);
        sight.observe(frame);
        dark.addEventListener('change', repaint);
      });
      return () => {
        ended = true;
        dark.removeEventListener('change', repaint);
        size.disconnect();
        sight.disconnect();
        this.#plot?.destroy();
        this.#plot = undefined;
        this.#colours.clear();
      };
    };
  }

  /** Shows this, if it can be seen now; to be called again when it can, as an effect is. */
  show(data: () => uPlot.AlignedData) {
    if (this.#plot && this.#seen) this.#plot.setData(data());
  }

  /** What a token stands for in the theme of now. */
  colour(token: string): string {
    const known = this.#colours.get(token);
    if (known || !this.#frame) return known ?? '';
    // It may be light-dark(…), which only a real property resolves.
    this.#frame.style.color = `var(--${token})`;
    const { color } = getComputedStyle(this.#frame);
    this.#colours.set(token, color);
    return color;
  }
}
