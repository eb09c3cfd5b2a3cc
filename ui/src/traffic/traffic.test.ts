import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { LogLine } from '../backend/bindings/LogLine';
import type { TrafficSeen } from '../backend/bindings/TrafficSeen';
import { connection } from '../backend/fake/connections';
import { figures } from '../text/text';
import { open } from '../test/screen';

type Screen = Awaited<ReturnType<typeof open>>;
const chart = ({ find }: Screen) => find('past-chart');
const key = async (screen: Screen, name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(await chart(screen), { key: name, ...more });
const choose = async (screen: Screen, id: string) => fireEvent.click(await screen.find(id));
const cells = (screen: Screen, id: string) => screen.all(id).map((row) => [...row.children].map((one) => one.textContent?.replace(/\s+/g, ' ').trim()));

/** The hour in which these moved in the last steps, newest first. */
function hour(...moved: [down: number, up: number][]): TrafficSeen {
  const atMs = Date.now();
  const last = Math.floor(atMs / 10_000) * 10_000;
  const steps = moved.map(([down, up], i) => ({ atMs: last - i * 10_000, down, up })).reverse();
  const amount = { down: 5e9, up: 0 };
  const total = { id: '', name: '', port: null, gone: false, steps, today: amount, month: amount };
  return { atMs, stepMs: 10_000, steps: 360, total, ports: [], profiles: [] };
}

async function of(seen: TrafficSeen) {
  const screen = await open('idle', 'home');
  screen.fake.traffic = () => Promise.resolve(seen);
  await screen.press('nav-traffic');
  return screen;
}

test('the last hour is shown, in all, with today and the month', async () => {
  const screen = await open('on', 'traffic');
  expect((await chart(screen)).getAttribute('aria-label')).toMatch(/^Traffic of the last hour: .* down, .* up\./);
  expect(cells(screen, 'past-total')).toEqual([['Total', expect.stringMatching(/^↓ .* ↑ /), '↓ 2.1 GB ↑ 294 MB', '↓ 61 GB ↑ 8.5 GB']]);
  expect(screen.has('past-part')).toBe(false);
});

test.each([
  ['off', 'Nothing moved in the last hour. Parasol is off. Switched on, it counts what goes through it, and keeps the sums for 30 days on this machine.'],
  ['idle', 'Nothing moved in the last hour.'],
] as const)('without traffic the scene %s says so, and there is nothing to export', async (scene, said) => {
  const screen = await open(scene, 'traffic');
  await screen.find('past-none');
  expect(screen.text('past-none')).toEqual([said]);
  expect(screen.has('past-chart')).toBe(false);
  expect(((await screen.find('past-export')) as HTMLButtonElement).disabled).toBe(true);
});

test('ports and profiles are listed, those that are gone by their names, with all that would hide in them', async () => {
  const screen = await open('ports', 'traffic');
  await choose(screen, 'past-ports');
  await screen.until(() => expect(cells(screen, 'past-part').map(([name]) => name)).toEqual(['1080 Local', '1081 Work', '1993 Mail', '5353 DNS']));
  await choose(screen, 'past-profiles');
  await screen.until(() => expect(cells(screen, 'past-part').map(([name]) => name)).toContain('Old \\u{202e}server deleted'));
  // They stay as they are chosen.
  await screen.press('nav-home');
  await screen.press('nav-traffic');
  await screen.find('past-part');
});

test('another range is asked for at once, and an answer that comes late is none', async () => {
  const screen = await open('on', 'traffic');
  await chart(screen);
  let late: (seen: TrafficSeen) => void = () => {};
  screen.fake.traffic = (range) => (range === 'day' ? new Promise((done) => (late = done)) : Promise.resolve(hour([7, 0])));
  await choose(screen, 'past-day');
  await choose(screen, 'past-month');
  const sum = () => cells(screen, 'past-total')[0]![1];
  await screen.until(() => expect(sum()).toBe('↓ 7 B ↑ 0 B'));
  late(hour([9, 9]));
  await screen.until(() => expect(sum()).toBe('↓ 7 B ↑ 0 B'));
});

test('it is asked for again as time goes by, and not when the screen is left', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  try {
    const screen = await open('on', 'home');
    const asked = vi.spyOn(screen.fake, 'traffic');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).not.toHaveBeenCalled();
    await screen.press('nav-traffic');
    await chart(screen);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toHaveBeenCalledTimes(4);
    await choose(screen, 'past-minutes');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.mock.calls.filter(([range]) => range === 'minutes').length).toBe(6);
    await screen.press('nav-home');
    const before = asked.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveBeenCalledTimes(before);
  } finally {
    vi.useRealTimers();
  }
});

test('the table has the same figures', async () => {
  const screen = await of(hour([100, 1], [20, 2]));
  await screen.press('past-as');
  await screen.find('past-row');
  const rows = cells(screen, 'past-row');
  const sum = (i: number) => rows.reduce((sum, row) => sum + Number(row[i]!.split(/\s/)[0]), 0);
  expect([sum(1), sum(2)]).toEqual([120, 3]);
  expect(screen.has('past-chart')).toBe(false);
  await screen.press('past-as');
  await chart(screen);
});

describe('a time', () => {
  test('is chosen by keys, told, and let go', async () => {
    const screen = await of(hour([100, 1], [20, 2], [3, 0]));
    const told = async () => (await chart(screen)).getAttribute('aria-valuetext')?.replace(/\s+/g, ' ');
    expect(await told()).toBe('No time chosen');
    await key(screen, 'ArrowLeft');
    await screen.until(async () => expect(await told()).toMatch(/: 100 B down, 1 B up$/));
    await key(screen, 'ArrowLeft', { shiftKey: true });
    await screen.until(async () => expect(await told()).toMatch(/: 120 B down, 3 B up$/));
    expect(screen.has('brushed')).toBe(true);
    await key(screen, 'ArrowLeft', { ctrlKey: true });
    expect(await told()).toMatch(/: 120 B down/);
    await key(screen, 'Escape');
    await screen.until(() => expect(screen.has('brushed')).toBe(false));
  });

  test('is chosen by the pointer', async () => {
    const screen = await of(hour([100, 1], [20, 2], [3, 0]));
    const at = await chart(screen);
    at.getBoundingClientRect = () => ({ left: 0, width: 360 }) as DOMRect;
    await fireEvent.pointerDown(at, { button: 0, clientX: 357.5 });
    await fireEvent.pointerMove(at, { clientX: 358.5 });
    await fireEvent.pointerUp(at);
    await fireEvent.pointerMove(at, { clientX: 10 });
    await screen.until(() => expect(at.getAttribute('aria-valuetext')).toMatch(/23\u00a0B down, 2\u00a0B up$/));
    expect((await screen.find('past-brush')).getAttribute('style')).toMatch(/left: 99\.16/);
    await fireEvent.pointerDown(at, { button: 2, clientX: 10 });
    expect(at.getAttribute('aria-valuetext')).toMatch(/23\u00a0B down/);
    await screen.press('brushed-clear');
    await screen.until(() => expect(screen.has('past-brush')).toBe(false));
    expect(document.activeElement).toBe(at);
  });

  test('shows the connections that were open then, and leads to them', async () => {
    const seen = hour([100, 1]);
    const last = Math.floor(seen.atMs / 10_000) * 10_000;
    const screen = await of(seen);
    const ended = (atMs: number) => ({ end: { atMs, idleMs: 0, how: { code: 'clientDone' as const } } });
    screen.fake.connections.put(connection(1, { startedMs: last - 90_000, target: 'open.example:443', up: 1, down: 1 }));
    screen.fake.connections.put(connection(2, { startedMs: last - 90_000, target: 'over.example:443', ...ended(last - 1) }));
    screen.fake.connections.put(connection(3, { startedMs: last - 90_000, target: 'just.example:443', up: 5, down: 7, ...ended(last) }));
    screen.fake.connections.put(connection(4, { startedMs: last + 10_000, target: 'later.example:443' }));
    await key(screen, 'End');
    await screen.until(() => expect(cells(screen, 'brushed-row').map(([target, , , down]) => [target, down])).toEqual([['just.example:443', '7 B'], ['open.example:443', '1 B']]));
    await screen.press('brushed-all');
    await screen.until(() => expect(screen.all('connection-row').map((row) => Number(row.dataset.id))).toEqual([3, 1]));
    expect(screen.text('filter-time')[0]).toContain(`${figures.clockWithSeconds(last)} – ${figures.clockWithSeconds(last + 10_000)}`);
    await screen.press('filter-time');
    await screen.until(() => expect(screen.all('connection-row')).toHaveLength(4));
    expect(screen.has('filter-time')).toBe(false);
    expect(document.activeElement).toBe(await screen.find('filter-text'));
  });

  test('of another day is named by that in the list of connections too', async () => {
    const HOUR = 3_600_000;
    const seen = hour([100, 1]);
    const begin = Math.floor(seen.atMs / HOUR) * HOUR - 30 * HOUR;
    const screen = await of({ ...seen, stepMs: HOUR, total: { ...seen.total, steps: [{ atMs: begin, down: 1, up: 1 }] } });
    screen.fake.connections.put(connection(1, { startedMs: begin }));
    await key(screen, 'End');
    for (let n = 0; n < 30; n++) await key(screen, 'ArrowLeft');
    await screen.press('brushed-all');
    await screen.find('filter-time');
    expect(screen.text('filter-time')[0]).toContain(figures.moment(begin, seen.atMs).replace(/\s+/g, ' '));
  });

  test('shows what the log said then', async () => {
    const seen = hour([100, 1]);
    const last = Math.floor(seen.atMs / 10_000) * 10_000;
    const screen = await of(seen);
    const say = (message: string, atMs: number) => screen.fake.log.say('warn', message, { error: '\u202egone' }, 'parasol_app', atMs);
    say('before', last - 1);
    say('within', last);
    say('after', last + 10_000);
    await key(screen, 'End');
    await screen.find('brushed-line');
    expect(screen.text('brushed-line')).toEqual([expect.stringMatching(/ Warning within error=\\u\{202e\}gone$/)]);
    expect(screen.has('brushed-more-lines')).toBe(false);
    await key(screen, 'Home');
    await screen.find('brushed-no-lines');
    for (let n = 0; n < 30; n++) say(`line ${n}`, last + n);
    await key(screen, 'End');
    await screen.until(() => expect(screen.all('brushed-line')).toHaveLength(20));
    expect(screen.text('brushed-more-lines')).toEqual(['11 lines before these are in the log.']);
    await key(screen, 'Home');
    for (let n = 0; n < 2_000; n++) say(`more ${n}`, last);
    await key(screen, 'End');
    await screen.until(() => expect(screen.text('brushed-more-lines')).toEqual(['Many more lines before these are in the log.']));
    expect(screen.text('brushed-line').at(-1)).toMatch(/ more 1999 /);
  });

  test('asks the log once, says nothing until it answers, and heeds no answer of another time', async () => {
    const screen = await of(hour([100, 1], [20, 2]));
    const answers: ((lines: LogLine[]) => void)[] = [];
    const asked = vi.spyOn(screen.fake, 'logBetween').mockImplementation(() => new Promise((done) => answers.push(done)));
    const line = (message: string): LogLine => ({ id: 1, atMs: 0, level: 'info', part: 'parasol_app', message, fields: [] });
    await key(screen, 'End');
    await key(screen, 'ArrowLeft');
    await screen.until(() => expect(asked).toHaveBeenCalledTimes(2));
    const [[from, to], [earlier]] = asked.mock.calls as [[number, number], [number, number]];
    expect([to - from, from - earlier]).toEqual([9_999, 10_000]);
    expect([screen.has('brushed-line'), screen.has('brushed-no-lines')]).toEqual([false, false]);
    answers[1]!([line('the second')]);
    await screen.find('brushed-line');
    answers[0]!([line('the first')]);
    // The chart is another one now, of the same time.
    await choose(screen, 'past-ports');
    await screen.until(() => expect(screen.text('brushed-line')[0]).toMatch(/the second$/));
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('of which the log cannot be asked says why', async () => {
    const screen = await of(hour([100, 1]));
    vi.spyOn(screen.fake, 'logBetween').mockRejectedValue('it ended');
    await key(screen, 'End');
    await screen.until(() => expect(screen.container.textContent).toContain('it ended'));
    expect(screen.has('brushed-no-lines')).toBe(false);
  });

  test('of which nothing is known any more says so', async () => {
    const screen = await of(hour([100, 1]));
    await key(screen, 'Home');
    await screen.find('brushed-none');
    expect(screen.text('brushed-none')[0]).toContain('the last 1,000 that ended');
  });

  test('is let go when steps become others', async () => {
    const screen = await open('on', 'traffic');
    await key(screen, 'End');
    await screen.find('brushed');
    await choose(screen, 'past-day');
    await screen.until(() => expect(screen.has('brushed')).toBe(false));
  });
});

test('export has every step, by what is chosen', async () => {
  const screen = await of(hour([100, 1], [0, 0], [3, 0]));
  await screen.press('past-export');
  await screen.press('export-save');
  await screen.until(() => expect(screen.fake.savedText?.name).toBe('parasol-traffic.csv'));
  const lines = screen.fake.savedText!.text.trimEnd().split('\r\n');
  expect(lines[0]).toBe('from,to,of,name,port,down,up');
  expect(lines.slice(1).map((line) => line.split(',').slice(2))).toEqual([['"all"', '""', '', '3', '0'], ['"all"', '""', '', '100', '1']]);
  await choose(screen, 'export-json');
  await screen.press('export-copy');
  await screen.until(() => expect(JSON.parse(screen.fake.copied)).toHaveLength(2));
  const [one] = JSON.parse(screen.fake.copied) as { from: string; to: string }[];
  expect(Date.parse(one!.to) - Date.parse(one!.from)).toBe(10_000);
});

test('words that stand at the chart keep their own direction', async () => {
  const screen = await open('on', 'traffic', 'fa');
  const marks = (await chart(screen)).querySelectorAll('.mark');
  const moments = screen.container.querySelectorAll('.axis span');
  expect([marks.length, moments.length]).toEqual([2, 3]);
  for (const each of [...marks, ...moments]) expect(each.querySelector('bdi')?.textContent).toMatch(/[۰-۹]/);
});

test('figures of the chart are by its steps', async () => {
  const screen = await of(hour([12_345_678, 1]));
  const said = (await chart(screen)).textContent?.replace(/\s+/g, ' ');
  expect(said).toContain(`↓ ${figures.size(20_000_000)} in ${figures.span(10_000)}`.replace(/\s+/g, ' '));
});
