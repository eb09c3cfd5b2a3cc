import { cleanup, fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { connection } from '../backend/fake/connections';
import { figures, text as words } from '../text/text';
import { open } from '../test/screen';

type Screen = Awaited<ReturnType<typeof open>>;
const ids = ({ all }: Screen) => all('connection-row').map((row) => Number(row.dataset.id));
const grid = ({ find }: Screen) => find('connections');
const key = async (screen: Screen, name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(await grid(screen), { key: name, ...more });
const choose = async (screen: Screen, id: string, value: string) => fireEvent.change(await screen.find(id), { target: { value } });
const cell = (row: HTMLElement, name: string) => row.querySelector(`.${name}`)?.textContent?.replace(/\s+/g, ' ').trim();

/** With just these in place of what the scene has. */
async function of(...these: Parameters<typeof connection>[1][]) {
  const screen = await open('idle', 'connections');
  await screen.find('connections-none');
  these.forEach((change, i) => screen.fake.connections.put(connection(i + 1, change)));
  screen.fake.connections.tell(Date.now());
  await grid(screen);
  return screen;
}

describe('without connections', () => {
  test.each([
    ['off', 'Parasol is off. Switched on, it lists each connection here.'],
    ['idle', 'No connections yet. Programs connect to 127.0.0.1:1080.'],
  ] as const)('the scene %s says so', async (scene, said) => {
    const { find, text, has } = await open(scene, 'connections');
    await find('connections-none');
    expect(text('connections-none')).toEqual([said]);
    expect(has('connections')).toBe(false);
  });

  test('that match, all can be shown again', async () => {
    const screen = await open('on', 'connections');
    await grid(screen);
    await screen.type('filter-text', 'nowhere');
    await screen.until(() => expect(screen.text('connections-none')[0]).toContain('None of the 37 connections matches.'));
    await screen.press('filter-clear');
    await screen.until(() => expect(ids(screen)).toHaveLength(37));
    expect(await screen.value('filter-text')).toBe('');
  });
});

test('open ones and ended ones are listed, each with what is known of it', async () => {
  const now = Date.now();
  const screen = await of(
    { startedMs: now - 42_000, target: 'a.example:443', up: 517, down: 8_400_000 },
    { startedMs: now - 90_000, target: null, route: null, server: null, stage: 'handshake', end: { atMs: now - 80_000, idleMs: 10_000, how: { code: 'givenUp', verdict: 'silentClient' } } },
    { startedMs: now - 91_000, target: 'b.example:80', route: 'direct', server: null, rule: '||corp', end: { atMs: now - 80_000, idleMs: 0, how: { code: 'farDone' } } },
  );
  const rows = screen.all('connection-row');
  expect(rows.map((row) => ['target', 'way', 'state', 'up', 'down'].map((name) => cell(row, name)))).toEqual([
    ['a.example:443', 'Tokyo', 'stream', '517 B', '8.4 MB'],
    ['No target named yet', '', 'No request', expect.anything(), expect.anything()],
    ['b.example:80', 'directly', 'target finished', expect.anything(), expect.anything()],
  ]);
  expect(cell(rows[0]!, 'started')).toBe('42 s');
  expect(cell(rows[1]!, 'started')).toBe(figures.when(now - 80_000, now));
  expect(screen.text('connections-count')).toEqual(['1 open · 2 closed']);
  expect((await grid(screen)).getAttribute('aria-rowcount')).toBe('4');
});

test('of five thousand only those that can be seen are drawn', async () => {
  const screen = await open('crowd', 'connections');
  expect((await grid(screen)).getAttribute('aria-rowcount')).toBe('5018');
  expect(ids(screen).length).toBeLessThan(100);
});

test('which port one came to stands in its row where there are several', async () => {
  const startedMs = Date.now() - 1_000;
  const one = await of({ startedMs, port: 1080 }, { startedMs: startedMs - 1, port: 1080 });
  expect(one.has('row-port')).toBe(false);
  cleanup();
  const several = await of({ startedMs, port: 1080, program: null, client: '127.0.0.1:5000' }, { startedMs: startedMs - 1, port: 1081 });
  expect(several.text('row-port')).toEqual(['1080', '1081']);
  const [first] = several.all('connection-row').map((row) => row.querySelector<HTMLElement>('.client')!);
  expect([first!.textContent?.trim(), first!.title]).toEqual(['1080 · 127.0.0.1:5000', '127.0.0.1:5000 → 1080']);
});

test('the program that connected is named where it is known, and shown as it is', async () => {
  const startedMs = Date.now() - 1_000;
  const screen = await of(
    { startedMs, client: '127.0.0.1:5000', program: { name: '<b>a\u202eb', pid: 4711 } },
    { startedMs: startedMs - 1, client: '192.0.2.7:5001', program: null },
  );
  const [known, other] = screen.all('connection-row').map((row) => row.querySelector<HTMLElement>('.client')!);
  expect([known!.textContent?.trim(), known!.title]).toEqual(['<b>a\\u{202e}b', '<b>a\\u{202e}b (pid 4711), 127.0.0.1:5000']);
  expect([other!.textContent?.trim(), other!.title]).toEqual(['192.0.2.7:5001', '192.0.2.7:5001']);
  await screen.type('filter-text', 'pid 4711');
  await screen.until(() => expect(ids(screen)).toHaveLength(1));
  await screen.press('connection-open');
  await screen.find('timeline');
  expect(screen.container.querySelector('dialog dl')?.textContent?.replace(/\s+/g, ' ')).toContain('<b>a\\u{202e}b (pid 4711) 127.0.0.1:5000');
  expect(screen.container.querySelector('dialog b b, .grid b')).toBeNull();
});

test('names that mean ill are shown and do nothing', async () => {
  const now = Date.now();
  const screen = await of(
    { startedMs: now - 1, target: '<img src=x onerror=alert(1)>:80', rule: '<b>bold</b>' },
    { startedMs: now - 2, target: '\u202egro.elpmaxe\n\u0000:443' },
  );
  const names = screen.all('connection-row').map((row) => row.querySelector('.target bdi')?.textContent);
  expect(names).toEqual(['<img src=x onerror=alert(1)>:80', '\\u{202e}gro.elpmaxe\\u{a}\\u{0}:443']);
  expect(screen.container.querySelector('img, .grid b')).toBeNull();
  await fireEvent.dblClick(screen.all('connection-row')[0]!);
  await screen.find('timeline');
  expect(screen.container.querySelector('dialog img')).toBeNull();
  expect(screen.container.querySelector('dialog h2')?.textContent).toBe('<img src=x onerror=alert(1)>:80');
});

describe('the filter', () => {
  test('shows what is asked for', async () => {
    const screen = await open('on', 'connections');
    await grid(screen);
    await screen.type('filter-text', 'video');
    await screen.until(() => expect(ids(screen).length).toBeLessThan(37));
    expect(screen.all('connection-row').every((row) => cell(row, 'target')?.startsWith('video.'))).toBe(true);
    await screen.type('filter-text', '');
    await choose(screen, 'filter-ended', 'refused');
    await screen.until(() => expect(screen.all('connection-row').map((row) => cell(row, 'state'))).toEqual(['Refused']));
    await choose(screen, 'filter-ended', 'givenUp');
    await screen.until(() => expect(ids(screen)).toHaveLength(17));
    await choose(screen, 'filter-ended', '');
    await choose(screen, 'filter-way', 'direct');
    await screen.until(() => expect(new Set(screen.all('connection-row').map((row) => cell(row, 'way')))).toEqual(new Set(['directly'])));
  });

  test('loses its words by Escape, but not by one that is about a word being composed', async () => {
    const screen = await open('on', 'connections');
    await grid(screen);
    await screen.type('filter-text', 'nowhere');
    await screen.until(() => expect(ids(screen)).toHaveLength(0));
    const field = await screen.find('filter-text');
    await fireEvent.keyDown(field, { key: 'Escape', isComposing: true });
    expect(await screen.value('filter-text')).toBe('nowhere');
    await fireEvent.keyDown(field, { key: 'Escape' });
    await screen.until(() => expect(ids(screen)).toHaveLength(37));
    expect(await screen.value('filter-text')).toBe('');
  });

  test('stays when the screen is left', async () => {
    const screen = await open('on', 'connections');
    await grid(screen);
    await screen.type('filter-text', 'video');
    await screen.press('nav-home');
    await screen.press('nav-connections');
    expect(await screen.value('filter-text')).toBe('video');
  });

  test('comes set from a port on Home', async () => {
    const screen = await open('ports');
    await screen.find('port-flows');
    await fireEvent.click(screen.all('port-flows')[1]!);
    expect(await screen.value('filter-port')).toBe('1081');
    await screen.until(() => expect(screen.text('connections-none')[0]).toContain('None of the 37'));
  });

  test('comes set from what was given up', async () => {
    const screen = await open('on');
    await screen.press('given-up-open');
    expect(await screen.value('filter-text')).toBe('mail.example.org:993');
    await screen.press('nav-home');
    await screen.find('given-up-open');
    await fireEvent.click(screen.all('given-up-open')[2]!);
    expect(await screen.value('filter-ended')).toBe('silentClient');
    expect(await screen.value('filter-text')).toBe('');
  });
});

test('a column that is pressed sorts', async () => {
  const screen = await open('on', 'connections');
  await screen.press('sort-target');
  const targets = () => screen.all('connection-row').map((row) => row.querySelector('.target bdi')?.textContent ?? '').filter((name) => !name.includes('\\u'));
  await screen.until(() => expect(targets()).toEqual(targets().toSorted()));
  const head = (await screen.find('sort-target')).parentElement!;
  expect(head.getAttribute('aria-sort')).toBe('ascending');
  await screen.press('sort-target');
  await screen.until(() => expect(head.getAttribute('aria-sort')).toBe('descending'));
});

describe('closing', () => {
  test('one asks for it at once, and the list says that it was closed by hand', async () => {
    const screen = await open('on', 'connections');
    await screen.press('connection-close');
    const id = (screen.fake.sent[0] as { ids: number[] }).ids[0];
    expect(screen.fake.sent).toEqual([{ kind: 'closeConnections', ids: [id] }]);
    await screen.until(() => {
      const row = screen.all('connection-row').find((one) => one.dataset.id === String(id))!;
      expect(cell(row, 'state')).toBe('closed by you');
    });
  });

  test('many asks first, and takes the open ones only', async () => {
    const screen = await open('on', 'connections');
    await screen.press('close-shown');
    await screen.find('close-sure');
    expect(screen.fake.sent).toEqual([]);
    await screen.press('close-sure');
    expect(screen.fake.sent).toMatchObject([{ kind: 'closeConnections' }]);
    expect((screen.fake.sent[0] as { ids: number[] }).ids).toHaveLength(20);
    await screen.until(() => expect(screen.text('connections-count')).toEqual(['0 open · 37 closed']));
    expect(screen.has('close-sure')).toBe(false);
  });

  test('those that have ended asks for nothing', async () => {
    const screen = await open('on', 'connections');
    await fireEvent.click(await screen.find('which-closed'));
    await screen.until(() => expect(ids(screen)).toHaveLength(17));
    await key(screen, 'a', { ctrlKey: true });
    await key(screen, 'Delete');
    expect(screen.fake.sent).toEqual([]);
    expect(screen.has('close-sure')).toBe(false);
  });
});

describe('by keys', () => {
  test('arrows select, Delete closes, Enter opens', async () => {
    const screen = await open('on', 'connections');
    await key(screen, 'ArrowDown');
    await key(screen, 'ArrowDown');
    const [, second] = ids(screen);
    const active = screen.container.querySelector(`[id="${(await grid(screen)).getAttribute('aria-activedescendant')}"]`);
    expect(active?.getAttribute('aria-selected')).toBe('true');
    expect((active as HTMLElement).dataset.id).toBe(String(second));
    await key(screen, 'Delete');
    expect(screen.fake.sent).toEqual([{ kind: 'closeConnections', ids: [second] }]);
    await key(screen, 'Enter');
    await screen.find('timeline');
  });

  test('Ctrl+A selects all that is shown, Ctrl+C copies it', async () => {
    const screen = await open('on', 'connections');
    await key(screen, 'a', { ctrlKey: true });
    await screen.press('copy-targets');
    await vi.waitFor(() => expect(screen.fake.copied.split('\n')).toHaveLength(33));
    await key(screen, 'c', { ctrlKey: true });
    await vi.waitFor(() => expect(screen.fake.copied.split('\n')).toHaveLength(37));
    expect(screen.fake.copied.split('\n')[0]!.split('\t')).toHaveLength(15);
  });

  test('a key for a button in the list is not taken from it', async () => {
    const screen = await open('on', 'connections');
    await fireEvent.keyDown(await screen.find('sort-up'), { key: 'Enter' });
    expect(screen.has('timeline')).toBe(false);
  });
});

test('paused the list stands still, and goes on with what came meanwhile', async () => {
  const screen = await open('on', 'connections');
  await screen.press('connections-pause');
  screen.fake.connections.close();
  screen.fake.connections.tell(Date.now());
  await screen.until(() => expect(screen.text('connections-count')[0]).toMatch(/^20 open · 17 closed Paused at/));
  await screen.press('connections-pause');
  await screen.until(() => expect(screen.text('connections-count')).toEqual(['0 open · 37 closed']));
});

test('it is watched only while the screen is shown', async () => {
  const screen = await open('on');
  expect(screen.fake.connections.watched).toEqual({ begun: 0, ended: 0 });
  await screen.press('nav-connections');
  await grid(screen);
  await screen.press('nav-home');
  await screen.until(() => expect(screen.fake.connections.watched).toEqual({ begun: 1, ended: 1 }));
});

describe('the timeline', () => {
  test('says what each part took, what the verdict means and what to do', async () => {
    const now = Date.now();
    const screen = await of({
      ...{ startedMs: now - 70_000, up: 517, down: 0, rule: '||a.example' },
      reached: { resolve: 1, connect: 5, stream: 45, associate: null, firstUp: 46, firstDown: null },
      end: { atMs: now - 9_954, idleMs: 60_000, how: { code: 'givenUp', verdict: 'silentServer' } },
    });
    await screen.press('connection-open');
    await screen.find('timeline');
    expect(screen.text('timeline-state')).toEqual([`No first byte ${words.verdicts.silentServer.advice(true)} Test this server`]);
    const said = [...screen.container.querySelectorAll('dialog tbody tr')].map((row) => [...row.children].map((one) => one.textContent?.replace(/\s/g, ' ')));
    expect(said).toEqual([
      ['Request', '0 ms', '1 ms'],
      ['Name lookup', '1 ms', '4 ms'],
      ['Connect', '5 ms', '40 ms'],
      ['Wait for the program’s first byte', '45 ms', '1 ms'],
      ['Wait for the first byte back', '46 ms', '60 s'],
      ['Total', '', '60 s'],
    ]);
    const bar = await screen.find('timeline-bar');
    expect(bar.getAttribute('aria-label')).toContain('Connect 40\u00a0ms');
    expect(screen.container.querySelector('dialog dl')?.textContent).toContain('||a.example');
    expect(screen.has('timeline-close')).toBe(false);
  });

  test('of one that a rule blocks blames nobody but the rule', async () => {
    const end = { atMs: Date.now(), idleMs: 0, how: { code: 'givenUp', verdict: 'blocked' } } as const;
    const screen = await of({ startedMs: Date.now(), route: 'block', server: null, rule: '||ads.example', end });
    expect((await screen.find('connection-row')).querySelector('.bad')).toBeNull();
    await screen.press('connection-open');
    await screen.find('timeline');
    expect(screen.text('timeline-state')).toEqual(['Not allowed One of your rules blocks this target.']);
    expect(screen.container.querySelector('dialog dl')?.textContent).toContain('||ads.example');
  });

  test('of a live one closes it, and shows how it ended', async () => {
    const screen = await of({ startedMs: Date.now() - 5_000, target: 'a.example:443' });
    await fireEvent.dblClick((await screen.find('connection-row')));
    await screen.press('timeline-close');
    expect(screen.fake.sent).toEqual([{ kind: 'closeConnections', ids: [1] }]);
    await screen.until(() => expect(screen.text('timeline-state')).toEqual([`closed by you ${words.connections.endedBecause.closed}`]));
    await screen.press('timeline-done');
    await screen.until(() => expect(screen.has('timeline')).toBe(false));
  });

  test('stays when the connection is forgotten meanwhile', async () => {
    const screen = await open('crowd', 'connections');
    await screen.press('connection-open');
    const title = screen.container.querySelector('dialog h2')!.textContent;
    screen.fake.connections.close();
    for (let n = 0; n < 3; n++) screen.fake.connections.tick(Date.now());
    await screen.until(() => expect(screen.text('connections-count')[0]).toContain('0 open'));
    expect(screen.container.querySelector('dialog h2')!.textContent).toBe(title);
  });
});

describe('export', () => {
  test('saves what is shown, as CSV or JSON', async () => {
    const screen = await open('on', 'connections');
    await choose(screen, 'filter-ended', 'givenUp');
    await screen.until(() => expect(ids(screen)).toHaveLength(17));
    await screen.press('connections-export');
    await screen.press('export-save');
    await screen.until(() => expect(screen.text('export-said')).toEqual(['Saved to /home/lena/parasol.age. Only you can read it.']));
    expect(screen.fake.savedText?.name).toBe('parasol-connections.csv');
    expect(screen.fake.savedText?.text.split('\r\n')).toHaveLength(19);
    await fireEvent.click(await screen.find('export-json'));
    await screen.press('export-copy');
    await screen.until(() => expect(screen.text('export-said')[0]).toMatch(/^Copied/));
    expect(JSON.parse(screen.fake.copied)).toHaveLength(17);
  });

  test.each([
    [async () => null, ''],
    [async () => ({ kind: 'failed' as const, cause: 'No space left on device' }), 'It could not be saved: No space left on device.'],
  ])('says what came of saving it', async (saveText, said) => {
    const screen = await open('on', 'connections');
    Object.assign(screen.fake, { saveText });
    await screen.press('connections-export');
    await screen.press('export-save');
    await screen.until(() => expect((screen.container.querySelector('[data-testid="export-save"]') as HTMLButtonElement).disabled).toBe(false));
    expect(screen.text('export-said')).toEqual([said]);
  });

  test('says when nothing could be copied', async () => {
    const screen = await open('on', 'connections');
    screen.fake.copy = () => Promise.reject(new Error('no clipboard'));
    await screen.press('connections-export');
    await screen.press('export-copy');
    await screen.until(() => expect(screen.text('export-said')).toEqual(['It could not be copied.']));
  });
});
