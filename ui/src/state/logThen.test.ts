import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogLine } from '../backend/bindings/LogLine';
import { LogThen } from './logThen.svelte';

const NOW = 1_700_000_000_000;
const line = (id: number): LogLine => ({ id, atMs: NOW, level: 'info', part: 'parasol_app', message: `line ${id}`, fields: [] });
const ids = (log: LogThen) => log.lines?.map(({ id }) => id);

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

/** A program that is asked, and answers when the test says so. */
function program() {
  const asked: { time: [number, number]; answer: (lines: LogLine[]) => void; fail: (cause: unknown) => void }[] = [];
  const logBetween = (...time: [number, number]) => new Promise<LogLine[]>((answer, fail) => asked.push({ time, answer, fail }));
  const failed = vi.fn();
  const log = new LogThen();
  const look = (fromMs: number, toMs: number) => log.look({ logBetween }, document, { fromMs, toMs }, failed);
  return { asked, failed, log, look };
}

test('the end of a time is not of it, and nothing is before 1970', () => {
  const { asked, look } = program();
  look(10, 20);
  look(-30, -20);
  expect(asked.map(({ time }) => time)).toEqual([[10, 19], [0, 0]]);
});

test('nothing is there until it is told, and what is told late of another time is dropped', async () => {
  const { asked, log, look } = program();
  const stop = look(10, 20);
  asked[0]!.answer([line(1)]);
  await vi.advanceTimersByTimeAsync(0);
  expect(ids(log)).toEqual([1]);
  stop();
  const stopSecond = look(20, 30);
  expect(log.lines).toBeUndefined();
  stopSecond();
  look(30, 40);
  asked[2]!.answer([]);
  await vi.advanceTimersByTimeAsync(0);
  asked[1]!.answer([line(2)]);
  await vi.advanceTimersByTimeAsync(0);
  expect(ids(log)).toEqual([]);
});

test('a time is asked for again until it is over', async () => {
  const { asked, log, look } = program();
  look(NOW - 1_000, NOW + 3_000);
  // A slow answer is waited for.
  await vi.advanceTimersByTimeAsync(2_500);
  expect(asked).toHaveLength(1);
  asked[0]!.answer([line(1)]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toHaveLength(2);
  // It was over when this was asked.
  asked[1]!.answer([line(1), line(2)]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ids(log)).toEqual([1, 2]);
  expect(asked).toHaveLength(2);
});

test('one that is let go is not asked for again', async () => {
  const { asked, look } = program();
  const stop = look(NOW, NOW + 90_000);
  asked[0]!.answer([]);
  await vi.advanceTimersByTimeAsync(1_000);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
});

test('a failure is told once', async () => {
  const { asked, failed, log, look } = program();
  look(NOW, NOW + 90_000);
  asked[0]!.fail('it ended');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(failed.mock.calls).toEqual([['it ended']]);
  expect(asked).toHaveLength(1);
  expect(log.lines).toBeUndefined();
});
