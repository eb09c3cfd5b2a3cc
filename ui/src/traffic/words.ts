// What times and parts are called on the Traffic screen.
import { shown } from '../text/shown';
import { figures, text } from '../text/text';
import type { Frame } from './brush';
import type { Layer } from './shape';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A moment as exactly as the chart's steps are. */
export function momentOf(atMs: number, { fromMs, stepMs, count }: Frame): string {
  if (stepMs < MINUTE) return figures.clockWithSeconds(atMs);
  return stepMs < HOUR ? figures.clock(atMs) : figures.moment(atMs, fromMs + stepMs * count);
}

export const spanOf = (fromMs: number, toMs: number, frame: Frame): string => `${momentOf(fromMs, frame)} – ${momentOf(toMs, frame)}`;

/** When the row of the table begins that a time is in: steps in whole seconds, minutes, hours or days of this place. */
export function rowBegin({ stepMs }: Frame): (atMs: number) => number {
  const long = stepMs < 10_000 ? 10_000 : stepMs < MINUTE ? MINUTE : stepMs < HOUR ? HOUR : DAY;
  return (atMs) => {
    const ahead = new Date(atMs).getTimezoneOffset() * -MINUTE;
    return Math.floor((atMs + ahead) / long) * long - ahead;
  };
}

/** As the table says it: a row of days by its day. */
export function rowMoment(atMs: number, frame: Frame): string {
  return frame.stepMs < HOUR ? momentOf(atMs, frame) : figures.date(atMs);
}

export function nameOf({ part }: Layer): string {
  if (!part) return text.past.rest;
  const name = shown(part.name);
  return part.port === null ? name || text.past.noName : `${part.port} ${name}`.trim();
}
