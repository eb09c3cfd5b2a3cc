import { expect, test } from 'vitest';
import type { Backend } from '../backend/backend';
import type { Sample } from '../backend/bindings/Sample';
import type { Watched } from '../backend/bindings/Watched';
import { Traffic } from './traffic.svelte';

const hop = { state: 'unknown', micros: null, verdict: null } as const;

function sample(atMs: number, rates: number[]): Watched {
  const ports = rates.map((rate, i) => ({
    port: 1080 + i,
    name: '',
    protocols: [],
    profile: '',
    upRate: rate,
    downRate: rate * 2,
    upTotal: rate,
    downTotal: rate,
    flows: 1,
  }));
  const about: Sample = { atMs, ports, path: { local: hop, server: hop, internet: hop }, givenUp: [], givenUpToday: 0 };
  return { kind: 'sample', sample: about };
}

function watched() {
  let seen: ((watched: Watched) => void) | undefined;
  let watches = 0;
  const backend = {
    watch(callback: (watched: Watched) => void) {
      watches++;
      seen = callback;
      return () => (seen = undefined);
    },
  } as Partial<Backend> as Backend;
  const page = Object.assign(new EventTarget(), { hidden: false });
  const traffic = new Traffic();
  const stop = traffic.start(backend, page as unknown as Document, (cause) => { throw cause; });
  return {
    traffic,
    stop,
    push: (message: Watched) => seen?.(message),
    hide(hidden: boolean) {
      page.hidden = hidden;
      page.dispatchEvent(new Event('visibilitychange'));
    },
    watching: () => seen !== undefined,
    watches: () => watches,
  };
}

test('the ports of a sample are added up', () => {
  const { traffic, push } = watched();
  push(sample(1000, [100, 20]));
  expect(traffic.now).toEqual({ down: 240, up: 120 });
  expect(traffic.flows).toBe(2);
  expect(traffic.total).toBe(240);
});

test('without any sample everything is zero', () => {
  const { traffic } = watched();
  expect(traffic.now).toEqual({ down: 0, up: 0 });
  expect([traffic.flows, traffic.total, traffic.rows(1000)]).toEqual([0, 0, []]);
});

test('points older than two minutes are dropped', () => {
  const { traffic, push } = watched();
  for (let second = 1; second <= 300; second++) push(sample(second * 1000, [1]));
  expect(traffic.points).toHaveLength(120);
  expect(traffic.points[0]?.atMs).toBe(181_000);
});

test('seconds in which nothing moved, and that nobody told of, are there all the same', () => {
  const { traffic, push } = watched();
  push(sample(10_000, [0]));
  push(sample(13_050, [4]));
  const points = traffic.points.map(({ atMs, upRate }) => [atMs, upRate]);
  expect(points).toEqual([
    [10_000, 0],
    [11_000, 0],
    [12_000, 0],
    [13_050, 4],
  ]);
  // What moved in a sample that was missed is not known.
  push(sample(16_000, [1]));
  expect(traffic.points).toHaveLength(5);
  push(sample(17_000, [0]));
  push(sample(9_000_000, [0]));
  expect(traffic.points).toHaveLength(120);
});

test('a clock that was set back leaves no point ahead of now', () => {
  const { traffic, push } = watched();
  push(sample(100_000, [1]));
  push(sample(101_000, [1]));
  push(sample(50_000, [1]));
  expect(traffic.points.map(({ atMs }) => atMs)).toEqual([50_000]);
});

test('the history takes the place of what was there', () => {
  const { traffic, push } = watched();
  push(sample(1000, [1]));
  push({ kind: 'history', points: [{ atMs: 5, upRate: 1, downRate: 2 }] });
  expect(traffic.points).toEqual([{ atMs: 5, upRate: 1, downRate: 2 }]);
});

test('rows are averages, newest first', () => {
  const { traffic, push } = watched();
  push({
    kind: 'history',
    points: [
      { atMs: 10_000, upRate: 2, downRate: 10 },
      { atMs: 11_000, upRate: 4, downRate: 30 },
      { atMs: 20_000, upRate: 5, downRate: 50 },
    ],
  });
  expect(traffic.rows(10_000)).toEqual([
    { atMs: 20_000, down: 50, up: 5 },
    { atMs: 10_000, down: 20, up: 3 },
  ]);
});

test('nobody watches while the page is hidden', () => {
  const { hide, watching, watches, stop } = watched();
  expect(watching()).toBe(true);
  hide(true);
  expect(watching()).toBe(false);
  hide(false);
  hide(false);
  expect([watching(), watches()]).toEqual([true, 2]);
  stop();
  expect(watching()).toBe(false);
  hide(true);
  hide(false);
  expect(watching()).toBe(false);
});
