import { describe, expect, test } from 'vitest';
import type { Backend } from '../backend/backend';
import type { ConnectionsSeen } from '../backend/bindings/ConnectionsSeen';
import { connection } from '../backend/fake/connections';
import { Connections } from './connections.svelte';

class Page extends EventTarget {
  hidden = false;
  turn(hidden: boolean) {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

function watched(page = new Page()) {
  const calls: string[] = [];
  let tell: (news: ConnectionsSeen) => void = () => {};
  const backend = {
    watchConnections(seen: typeof tell) {
      calls.push('watch');
      tell = seen;
      return () => void calls.push('stop');
    },
  } as Partial<Backend> as Backend;
  const connections = new Connections();
  const stop = connections.start(backend, page as unknown as Document, (cause) => { throw cause; });
  const say = (atMs: number, change: Partial<ConnectionsSeen>) => tell({ atMs, anew: false, changed: [], counted: [], forgotten: [], ...change });
  return { connections, calls, page, stop, say };
}
const first = { anew: true, changed: [connection(1, { startedMs: 0 })] };

describe('watching', () => {
  test('runs only while the window can be seen', () => {
    const { calls, page, stop } = watched();
    page.turn(true);
    page.turn(true);
    page.turn(false);
    expect(calls).toEqual(['watch', 'stop', 'watch']);
    stop();
    page.turn(true);
    page.turn(false);
    expect(calls).toEqual(['watch', 'stop', 'watch', 'stop']);
  });

  test('does not begin in a window that is hidden', () => {
    const page = new Page();
    page.hidden = true;
    expect(watched(page).calls).toEqual([]);
  });
});

test('paused it shows the moment of the pause, and afterwards all that came meanwhile', () => {
  const { connections, say } = watched();
  expect(connections.moment).toBeUndefined();
  say(1_000, first);
  connections.pause(true);
  say(2_000, { changed: [connection(2, { startedMs: 0 })] });
  expect([connections.paused, connections.moment?.atMs, connections.moment?.rows.length]).toEqual([true, 1_000, 1]);
  connections.pause(false);
  expect([connections.paused, connections.moment?.atMs, connections.moment?.rows.length]).toEqual([false, 2_000, 2]);
});

test('there is nothing to pause before the first news', () => {
  const { connections, say } = watched();
  connections.pause(true);
  expect(connections.paused).toBe(false);
  say(1_000, first);
  expect(connections.moment?.rows).toHaveLength(1);
});
