import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SceneName, sceneNames } from '../backend/fake/scene';
import type { Screen } from '../state/place.svelte';
import { open } from '../test/screen';
import { settled } from '../test/settled';
import { codes, languages } from '../text/languages';
import { speak } from '../text/spoken.svelte';

// Here before anybody waits for them: how long the first time takes depends on the machine.
beforeAll(async () => void (await Promise.all(codes.map((code) => languages[code].speaker()))), 60_000);
beforeEach(() => speak('en', []));
afterEach(() => speak('en', []));

/** What a reader sees and what a screen reader says, apart from figures, which go on meanwhile. */
function said(container: HTMLElement) {
  const attributes = ['aria-label', 'title', 'placeholder', 'alt', 'data-label', 'aria-valuetext'];
  return [...container.querySelectorAll('*')]
    .flatMap((element) => [
      ...attributes.map((name) => element.getAttribute(name) ?? ''),
      ...[...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ textContent }) => textContent ?? ''),
    ])
    .map((words) => words.replace(/[\d\s.,:]+([КМГТ]?Б(\/с)?)?/g, ' ').trim())
    .filter(Boolean);
}

/** A place in the window: where it begins, and what is pressed to get there. */
type Way = readonly [SceneName, Screen, ...string[]];
const ways: Way[] = [
  ...sceneNames.map((scene): Way => [scene, 'home']),
  ['on', 'profiles'],
  ['on', 'profiles', 'add-profile'],
  ['on', 'profiles', 'profile-share'],
  ['on', 'profiles', 'import'],
  ['on', 'profiles', 'subscriptions', 'subscription-new'],
  ['groups', 'profiles'],
  ['groups', 'profiles', 'group-edit'],
  ['locked', 'profiles'],
  ['on', 'connections'],
  ['on', 'connections', 'connection-open'],
  ['on', 'connections', 'connections-export'],
  ['on', 'traffic'],
  ['on', 'log'],
  ['rules', 'rules'],
  ['rules', 'rules', 'rules-other'],
  ['on', 'settings'],
  ['on', 'settings', 'diagnosis-run', 'report-copy'],
  ['on', 'settings', 'diagnosis-run', 'report-save'],
  ['on', 'home', 'terminal', 'terminal-copy'],
  ['on', 'log', 'log-copy'],
  ['on', 'settings', 'add-port'],
  ['on', 'settings', 'backup-make'],
  ['on', 'settings', 'backup-restore'],
  ['nokeystore', 'settings'],
];

const named = ways.map((way) => ({ way, name: way.join(', ') }));
// Both windows show the same time, however long it took to get there: no connection comes or ends between them.
const still = () => {
  const now = Date.now();
  return [vi.spyOn(globalThis, 'setInterval').mockImplementation(() => 0 as never), vi.spyOn(Date, 'now').mockReturnValue(now)];
};
test.each(named)('a change of the language leaves nothing in the one before: $name', async ({ way: [scene, screen, ...presses] }) => {
  const there = async (language: 'en' | 'ru') => {
    const window = await open(scene, screen, language);
    for (const press of presses) await window.press(press);
    await settled();
    return window;
  };
  const clock = still();
  onTestFinished(() => clock.forEach((spy) => void spy.mockRestore()));
  const switched = await there('en');
  await switched.fake.send({ kind: 'setLanguage', language: 'ru' });
  await switched.until(() => expect(document.documentElement.lang).toBe('ru'));
  const anew = await there('ru');
  await anew.until(() => expect(said(switched.container)).toEqual(said(anew.container)));
  expect(said(anew.container).join(' ')).toMatch(/[а-я]/);
});

test('what is typed stays when the language changes', async () => {
  const { fake, press, type, value, find, until } = await open('on', 'profiles');
  await press('add-profile');
  await type('editor-name', 'Half a na');
  await fake.send({ kind: 'setLanguage', language: 'fa' });
  await until(() => expect(document.documentElement.dir).toBe('rtl'));
  expect(await value('editor-name')).toBe('Half a na');
  expect((await find('editor-save')).textContent).toContain('ذخیره');
});

describe('a language', () => {
  test('is chosen in Settings, by its own name', async () => {
    const { fake, find, until } = await open('on', 'settings');
    const choice = (await find('language')) as HTMLSelectElement;
    expect([...choice.options].map(({ label }) => label)).toEqual(['System', ...codes.map((code) => languages[code].name)]);
    choice.value = 'zh';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await until(() => expect(document.documentElement.lang).toBe('zh-Hans'));
    expect(fake.sent).toEqual([{ kind: 'setLanguage', language: 'zh' }]);
  });

  test('that was set is spoken from the start', async () => {
    const { text } = await open('on', 'home', 'zh');
    expect(text('nav-home')).toEqual(['主页']);
  });
});
