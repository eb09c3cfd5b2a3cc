// What a connection is called in the list and in its timeline.
import type { ProfileView } from '../backend/bindings/ProfileView';
import { address } from '../text/address';
import { shown } from '../text/shown';
import { figures, text } from '../text/text';
import type { Row } from './book';
import { type Ended, type Way, wayOf } from './view';

/** A rule blocks it, as the user wants. */
const isRuledOut = ({ route }: Row) => route === 'block';

/** What the dot before it says. An idle one that was closed is none that failed, nor is one that a rule blocks. */
export function dotOf(row: Row): 'good' | 'unknown' | 'failed' | 'over' {
  const { end, stage } = row;
  if (!end) return stage === 'stream' || stage === 'associate' ? 'good' : 'unknown';
  const { how } = end;
  return how.code === 'farLost' || (how.code === 'givenUp' && how.verdict !== 'idle' && !isRuledOut(row)) ? 'failed' : 'over';
}

/** The stage it is in, or how it ended. */
export function stateOf({ end, stage, server }: Row): string {
  if (!end) return text.stages[stage];
  return end.how.code === 'givenUp' ? text.verdicts[end.how.verdict].label : text.connections.ended[end.how.code](server !== null);
}

/** What that means, and for one that was given up what to do. */
export function adviceOf(row: Row): string | undefined {
  const { end, server } = row;
  if (!end) return undefined;
  const { how } = end;
  if (how.code === 'givenUp' && how.verdict === 'blocked' && isRuledOut(row)) return text.connections.ruledOut;
  return how.code === 'givenUp' ? text.verdicts[how.verdict].advice(server !== null) : text.connections.endedBecause[how.code];
}

export function endedWord(ended: Ended): string {
  if (ended === 'givenUp') return text.connections.filter.givenUp;
  return ended === 'closed' || ended === 'stranded' ? text.connections.ended[ended](false) : text.verdicts[ended].label;
}

/** What servers are called: by the first profile that leads there. */
export function titlesOf(profiles: readonly ProfileView[]): ReadonlyMap<string, string> {
  return new Map(profiles.toReversed().map(({ server, port, title }) => [address(server, port), title]));
}

/** The profile's name where a server has one. */
export function wayWord(way: Way | null, titles: ReadonlyMap<string, string>): string {
  if (way === null || way === 'proxy') return '';
  if (way === 'direct') return text.connections.direct;
  return way === 'block' ? text.connections.block : (titles.get(way) ?? way);
}

/** Who connected: its program where that is known, and the address. */
export function clientOf({ client, program }: Row): string {
  const address = shown(client);
  return program ? text.connections.program(shown(program.name), program.pid, address) : address;
}

export const wayOfRow = (row: Row, titles: ReadonlyMap<string, string>) => wayWord(wayOf(row), titles);

/** How old an open one is, or when it ended. */
export function ageOf({ end, startedMs }: Row, nowMs: number): string {
  return end ? figures.when(end.atMs, nowMs) : figures.span(nowMs - startedMs);
}
