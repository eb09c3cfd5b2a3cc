import type { TrafficRange } from '../../backend/bindings/TrafficRange';
import type { Split } from '../../traffic/shape';
import type { Figures } from '../figures';

const ranges: Record<TrafficRange, string> = { minutes: '2 min', hour: '1 h', day: '24 h', month: '30 days' };
const spans: Record<TrafficRange, string> = {
  minutes: 'last 2 minutes',
  hour: 'last hour',
  day: 'last 24 hours',
  month: 'last 30 days',
};
const splits: Record<Split, string> = { all: 'All', ports: 'Ports', profiles: 'Profiles' };

/** The traffic of up to thirty days. */
export const past = (figures: Figures) => ({
  title: 'Traffic',
  range: 'How far back',
  ranges,
  /** Stands alone over a column, and within a sentence. */
  spans,
  split: 'By',
  splits,
  total: 'Total',
  today: 'Today',
  month: 'This month',
  sums: 'Bytes moved',
  rest: 'The rest',
  noName: 'Without a name',
  gone: 'deleted',
  /** The chart's scale: so much in a step of that many milliseconds. */
  perStep: (bytes: number, stepMs: number) => (stepMs === 1000 ? figures.rate(bytes) : `${figures.size(bytes)} in ${figures.span(stepMs)}`),
  chart: (span: string, down: string, up: string) =>
    `Traffic of the ${span}: ${down} down, ${up} up. Arrow keys choose a time, with Shift a longer one; Escape chooses none.`,
  each: (span: string) => `Bytes moved in the ${span}, newest first`,
  nothingChosen: 'No time chosen',
  chosen: (span: string, down: string, up: string) => `${span}: ${down} down, ${up} up`,
  hint: 'Drag over the chart, or use the arrow keys in it, to see the connections and the log of a time.',
  none: (span: string) => `Nothing moved in the ${span}.`,
  off: 'Parasol is off. Switched on, it counts what goes through it, and keeps the sums for 30 days on this machine.',
  flows: 'Connections',
  allFlows: (n: number) => figures.plural(n, { one: 'Show it in Connections', other: 'Show all # in Connections' }),
  clear: 'Clear selection',
  noFlows: 'No connection of that time is known any more. Parasol keeps the last 1,000 that ended, until it quits.',
  noLines: 'The log says nothing of that time.',
  moreLines: (n: number) => figures.plural(n, { one: '# line before these is in the log.', other: '# lines before these are in the log.' }),
  /** More than the program counts. */
  manyLines: 'Many more lines before these are in the log.',
  exportTitle: (span: string) => `Export the ${span}`,
  exportNote: 'Bytes of each step, by what is chosen now. Where they went is not in it.',
});
