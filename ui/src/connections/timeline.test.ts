import { expect, test } from 'vitest';
import type { Reached } from '../backend/bindings/Reached';
import { type PartKind, timeline } from './timeline';

const nothing: Reached = { resolve: null, connect: null, stream: null, associate: null, firstUp: null, firstDown: null };
const end = (atMs: number, idleMs = 0) => ({ atMs: 1_000 + atMs, idleMs, how: { code: 'clientDone' } as const });

function parts(reached: Partial<Reached>, ended: ReturnType<typeof end> | null, nowMs = 0, up = 0): [PartKind, number][] {
  const { parts } = timeline({ startedMs: 1_000, reached: { ...nothing, ...reached }, end: ended, up }, 1_000 + nowMs);
  return parts.map(({ kind, ms }) => [kind, ms]);
}
const usual = { resolve: 1, connect: 5, stream: 45, firstUp: 46, firstDown: 120 };

test('every part takes until the next one begins', () => {
  expect(parts(usual, end(2_620, 1_000))).toEqual([
    ['handshake', 1],
    ['resolve', 4],
    ['connect', 40],
    ['firstUp', 1],
    ['firstDown', 74],
    ['stream', 1_500],
    ['idle', 1_000],
  ]);
});

test.each<[string, Partial<Reached>, ReturnType<typeof end> | null, number, number, [PartKind, number][]]>([
  ['was just accepted', {}, null, 30, 0, [['handshake', 30]]],
  ['asked for nothing', {}, end(10_000, 10_000), 0, 0, [['handshake', 10_000]]],
  ['is being dialled', { connect: 2 }, null, 30, 0, [['handshake', 2], ['connect', 28]]],
  ['waits for its program', { connect: 2, stream: 10 }, null, 30, 0, [['handshake', 2], ['connect', 8], ['firstUp', 20]]],
  ['has sent something, nobody knows when', { connect: 2, stream: 10 }, null, 30, 5, [['handshake', 2], ['connect', 8], ['firstUp', 0], ['firstDown', 20]]],
  ['met silence: the wait is no idleness', { connect: 2, stream: 10, firstUp: 11 }, end(60_011, 60_000), 0, 517, [['handshake', 2], ['connect', 8], ['firstUp', 1], ['firstDown', 60_000]]],
  ['is spoken to first', { connect: 2, stream: 10, firstUp: 40, firstDown: 20 }, end(50), 0, 9, [['handshake', 2], ['connect', 8], ['firstDown', 10], ['stream', 30]]],
  ['only listens', { connect: 2, stream: 10, firstDown: 20 }, end(50), 0, 0, [['handshake', 2], ['connect', 8], ['firstDown', 10], ['stream', 30]]],
  ['sent bytes before there was a way', { connect: 2, stream: 10, firstUp: 1, firstDown: 20 }, end(50), 0, 9, [['handshake', 2], ['connect', 8], ['firstUp', 0], ['firstDown', 10], ['stream', 30]]],
  ['carries UDP', { associate: 3, firstUp: 4, firstDown: 9 }, end(1_100, 1_060), 0, 9, [['handshake', 3], ['firstUp', 1], ['firstDown', 5], ['associate', 31], ['idle', 1_060]]],
  ['carried bytes to its end: half a second is the step in which silence is counted', usual, end(603, 500), 0, 9, [['handshake', 1], ['resolve', 4], ['connect', 40], ['firstUp', 1], ['firstDown', 74], ['stream', 483]]],
  ['is idle for longer than it lived', usual, end(200, 9_000), 0, 9, [['handshake', 1], ['resolve', 4], ['connect', 40], ['firstUp', 1], ['firstDown', 74], ['stream', 0], ['idle', 80]]],
  ['ended before it began, by the clock', usual, end(-5_000), 0, 9, [['handshake', 1], ['resolve', 4], ['connect', 40], ['firstUp', 1], ['firstDown', 74], ['stream', 0]]],
])('one that %s', (_, reached, ended, nowMs, up, expected) => expect(parts(reached, ended, nowMs, up)).toEqual(expected));

test('the parts lie one after the other, and together are the whole', () => {
  const { parts, totalMs, opening } = timeline({ startedMs: 1_000, reached: { ...nothing, ...usual }, end: end(2_000, 1_000), up: 0 }, 0);
  let at = 0;
  for (const part of parts) {
    expect(part.fromMs).toBe(at);
    at += part.ms;
  }
  expect([at, totalMs, opening]).toEqual([2_000, 2_000, 5]);
});
