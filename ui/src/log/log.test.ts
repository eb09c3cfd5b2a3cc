import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

type Screen = Awaited<ReturnType<typeof open>>;
const lines = ({ text }: Screen) => text('log-line');
const pressed = async (screen: Screen) => (await screen.find('log-follow')).getAttribute('aria-pressed');

async function opened(scene: Parameters<typeof open>[0] = 'on') {
  const screen = await open(scene, 'log');
  await screen.find('log-line');
  return screen;
}

test('lines are shown with their level and their values, and new ones come', async () => {
  const screen = await opened();
  expect(screen.text('log-said')).toEqual(['7 lines']);
  expect(lines(screen)[1]).toMatch(/ Info the relay runs port=1080 /);
  screen.fake.log.say('warn', 'something is odd');
  await screen.until(() => expect(lines(screen).at(-1)).toMatch(/ Warning something is odd /));
});

test('it is watched only while it is shown', async () => {
  const { fake, press, until } = await opened();
  expect(fake.log.watched).toEqual({ begun: 1, ended: 0 });
  await press('nav-home');
  await until(() => expect(fake.log.watched).toEqual({ begun: 1, ended: 1 }));
});

test('level and search choose, and say when nothing is left', async () => {
  const screen = await opened();
  await fireEvent.click((await screen.find('log-show-warn')).querySelector('input')!);
  await screen.until(() => expect(lines(screen)).toHaveLength(2));
  expect(screen.text('log-said')).toEqual(['2 of 7 lines']);
  await screen.type('log-search', 'denied');
  await screen.until(() => expect(lines(screen)).toHaveLength(1));
  await screen.type('log-search', 'nowhere');
  await screen.until(() => expect(screen.text('log-none')).toEqual(['None of the 7 lines matches.']));
  await fireEvent.keyDown(await screen.find('log-search'), { key: 'Escape' });
  await screen.until(() => expect(lines(screen)).toHaveLength(2));
});

test('of thousands only those that can be seen are drawn, and none of them does anything', async () => {
  const screen = await opened('crowd');
  expect(screen.text('log-said')).toEqual(['3,007 lines']);
  expect(lines(screen).length).toBeLessThan(100);
  expect(screen.container.querySelector('.lines img')).toBeNull();
  await screen.type('log-search', 'gro.elpmaxe');
  await screen.until(() => expect(lines(screen)[0]).toContain('target=\\u{202e}gro.elpmaxe.www:443'));
});

describe('following', () => {
  /** Nothing has a size in these tests. */
  const scroll = async (screen: Screen, top: number) => {
    const list = await screen.find('log-lines');
    list.scrollTop = top;
    await fireEvent.scroll(list);
  };

  test('ends when somebody scrolls up, and goes on at the end or at a press', async () => {
    const screen = await opened('crowd');
    expect(await pressed(screen)).toBe('true');
    await screen.until(async () => expect((await screen.find('log-lines')).scrollTop).toBeGreaterThan(0));
    await scroll(screen, 1000);
    expect(await pressed(screen)).toBe('false');
    await scroll(screen, 3007 * 24);
    expect(await pressed(screen)).toBe('true');
    await scroll(screen, 1000);
    await screen.press('log-follow');
    expect(await pressed(screen)).toBe('true');
  });

  test('leaves alone what is read when it has ended', async () => {
    const screen = await opened('crowd');
    await screen.until(async () => expect((await screen.find('log-lines')).scrollTop).toBeGreaterThan(0));
    await scroll(screen, 1000);
    screen.fake.log.say('info', 'new');
    await screen.until(() => expect(screen.text('log-said')).toEqual(['3,008 lines']));
    expect((await screen.find('log-lines')).scrollTop).toBe(1000);
  });
});

test('what is shown, or what is selected of it, is copied and saved', async () => {
  const screen = await opened();
  await screen.type('log-search', 'relay');
  await screen.until(() => expect(lines(screen)).toHaveLength(1));
  await screen.press('log-copy');
  await screen.until(() => expect(screen.fake.copied).toMatch(/^\d{4}-\S+Z INFO parasol_app::controller::effect the relay runs port=1080$/));
  expect(screen.text('log-said')).toEqual(['Copied. It leaves the clipboard in a minute.']);
  await screen.type('log-search', '');
  await screen.until(() => expect(screen.text('log-said')).toEqual(['7 lines']));
  await screen.press('log-copy');
  await screen.until(() => expect(screen.text('log-said')[0]).toContain('Copied.'));
  await fireEvent.click((await screen.find('log-show-warn')).querySelector('input')!);
  await screen.until(() => expect(screen.text('log-said')).toEqual(['2 of 7 lines']));
  await fireEvent.click((await screen.find('log-show-debug')).querySelector('input')!);
  await fireEvent.click(screen.all('log-line')[0]!);
  await screen.until(() => expect(screen.text('log-said')).toEqual(['1 selected']));
  await screen.press('log-copy');
  await screen.until(() => expect(screen.fake.copied.split('\n')).toHaveLength(1));
  await fireEvent.click(screen.all('log-line')[2]!, { shiftKey: true });
  await screen.press('log-save');
  await screen.until(() => expect(screen.fake.savedText?.text.trimEnd().split('\n')).toHaveLength(3));
  expect(screen.fake.savedText?.name).toBe('parasol-log.txt');
  await fireEvent.keyDown(await screen.find('log-lines'), { key: 'a', ctrlKey: true });
  await fireEvent.keyDown(await screen.find('log-lines'), { key: 'c', ctrlKey: true });
  await screen.until(() => expect(screen.fake.copied.split('\n')).toHaveLength(7));
});

test('a line is read in full by the keys', async () => {
  const screen = await opened();
  await fireEvent.keyDown(await screen.find('log-lines'), { key: 'ArrowUp' });
  await screen.until(() => expect(screen.text('log-opened')[0]).toMatch(/parasol_engine::flows done flow=41 tx=517 rx=8400$/));
});

test('clearing forgets all', async () => {
  const screen = await opened();
  await screen.press('log-clear');
  await screen.until(() => expect(screen.text('log-none')).toEqual(['Nothing has been noted yet.']));
  expect(screen.fake.log.between(0, Infinity)).toEqual([]);
});

test('what is noted is chosen, and that targets are named is said', async () => {
  const screen = await opened();
  expect(screen.text('log-file')[0]).toContain('/home/lena/.local/state/parasol/parasol.log');
  expect(screen.text('log-targets-hint')).toEqual(['The log names no site or host that programs connect to.']);
  await screen.press('log-targets');
  await screen.until(() => expect(screen.text('log-targets-hint')[0]).toContain('names where it goes'));
  await fireEvent.change(await screen.find('log-level'), { target: { value: 'debug' } });
  expect(screen.fake.sent).toEqual([
    { kind: 'setLog', level: 'info', targets: true },
    { kind: 'setLog', level: 'debug', targets: true },
  ]);
});

test('a disk that takes no log is said', async () => {
  const screen = await opened();
  screen.fake.log.fault = 'No space left on device';
  screen.fake.log.say('info', 'more');
  await screen.until(() => expect(screen.text('log-fault')[0]).toContain('No space left on device'));
});
