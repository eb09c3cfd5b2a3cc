// A time that is chosen in the chart, step by step, by pointer or by keys.

/** What the chart shows: so many steps of this length from then on. */
export interface Frame {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** From the step where it was begun to the one where it is, each by the time when it begins. */
export interface Brush {
  readonly anchorMs: number;
  readonly cursorMs: number;
}

/** The time that it covers. */
export function covers({ anchorMs, cursorMs }: Brush, stepMs: number): { fromMs: number; toMs: number } {
  return { fromMs: Math.min(anchorMs, cursorMs), toMs: Math.max(anchorMs, cursorMs) + stepMs };
}

/** When the step at this part of the chart's width begins; 0 is its beginning and 1 its end. */
export function stepAt({ fromMs, stepMs, count }: Frame, part: number): number {
  const index = Math.floor((Number.isFinite(part) ? part : 0) * count);
  return fromMs + Math.max(0, Math.min(count - 1, index)) * stepMs;
}

/** Which step that is. */
export function indexOf({ fromMs, stepMs, count }: Frame, atMs: number): number {
  return Math.max(0, Math.min(count - 1, Math.round((atMs - fromMs) / stepMs)));
}

const PAGE = 10;

/** After a key; `undefined` when that is none of the chart's. With Shift what is chosen grows. */
export function keyed(brush: Brush | undefined, frame: Frame, key: string, shift: boolean): Brush | undefined {
  const last = frame.count - 1;
  const from = brush ? indexOf(frame, brush.cursorMs) : last + 1;
  const to: Record<string, number> = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    PageUp: from - PAGE,
    PageDown: from + PAGE,
    Home: 0,
    End: last,
  };
  const index = to[key];
  if (index === undefined) return undefined;
  const cursorMs = frame.fromMs + Math.max(0, Math.min(last, index)) * frame.stepMs;
  return { anchorMs: shift && brush ? brush.anchorMs : cursorMs, cursorMs };
}

/** Where it is seen in the frame, as parts of its width; nothing once it has gone out of it. */
export function placeOf(brush: Brush, { fromMs, stepMs, count }: Frame): { start: number; width: number } | undefined {
  const whole = stepMs * count;
  const { fromMs: begin, toMs: end } = covers(brush, stepMs);
  const [start, stop] = [Math.max(0, (begin - fromMs) / whole), Math.min(1, (end - fromMs) / whole)];
  return stop > start ? { start, width: stop - start } : undefined;
}
