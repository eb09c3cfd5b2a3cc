import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

const screen = (scene: Parameters<typeof open>[0] = 'rules') => open(scene, 'rules');

test('each list says how many of its rules are in force, and what went wrong with it', async () => {
  const { find, text } = await screen();
  await find('rule-list');
  expect(text('rule-list-count')).toEqual(['8,412 rules in force, 12 used', '120 rules in force']);
  expect(text('rule-list')[0]).toContain('3 lines not applied');
  expect(text('rule-list')[0]).toContain('sends the rest directly');
  expect(text('rule-list-changed')).toEqual([expect.stringContaining('remove the list and add it again')]);
  expect(text('rule-list-fault')[0]).toMatch(/status 404.*The rules are those of the last good list\.$/);
  expect(text('rule-list-fault')[1]).toContain('no list of rules in the ACL format');
});

test('of more lists than may be, those beyond say so and cannot be fetched', async () => {
  const { fake, until, text, find } = await screen();
  await find('rule-list');
  const state = await fake.state();
  fake.show({ routing: { ...state.routing, maxLists: 3, lists: [...state.routing.lists, { ...state.routing.lists[0]!, id: 'r4', beyond: true }] } });
  await until(() => expect(text('rule-list-beyond')).toEqual(['There may be 3 lists at most: this one is not fetched and not in force.']));
  const refreshes = document.querySelectorAll<HTMLButtonElement>('[data-testid="rule-list-refresh"]');
  expect([...refreshes].map((button) => button.disabled)).toEqual([false, false, false, true]);
});

describe('a list is added', () => {
  test('unless there are as many as may be', async () => {
    const { fake, press, find } = await screen();
    const state = await fake.state();
    fake.show({ routing: { ...state.routing, maxLists: 3 } });
    await press('rule-list-add');
    await find('rule-list-url');
    expect(document.body.textContent).toContain('There are 3 lists already');
    expect((await find('rule-list-save')).hasAttribute('disabled')).toBe(true);
  });

  test('unless its address is none or known', async () => {
    const { press, type, text, fake, until } = await screen();
    await press('rule-list-add');
    for (const [url, said] of [
      ['http://a.example/x', 'not encrypted'],
      ['a b', 'begins with https://'],
      ['https://known.example/x', 'You have this list already.'],
    ] as const) {
      await type('rule-list-url', url);
      await press('rule-list-save');
      await until(() => expect(document.body.textContent).toContain(said));
    }
    expect(fake.sent).toEqual([]);
    expect(text('rule-list')).toHaveLength(3);
  });

  test('by its address', async () => {
    const { press, type, text, fake, until, has } = await screen('on');
    await press('rule-list-add');
    await type('rule-list-url', ' https://a.example/list.acl ');
    await press('rule-list-save');
    await until(() => expect(has('rule-list-url')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'addRuleList', url: 'https://a.example/list.acl', name: '' }]);
    expect(text('rule-list')[0]).toContain('a.example');
  });
});

test('of one whose address is locked that is said, and it can be unlocked', async () => {
  const { press, text, has, fake, until, find } = await screen('locked');
  expect((await find('rule-list-refresh')).hasAttribute('disabled')).toBe(true);
  expect(text('locked')[0]).toContain('Its address is locked in the password store, so it cannot be fetched.');
  await press('unlock');
  await until(() => expect(has('locked')).toBe(false));
  expect(fake.sent).toEqual([{ kind: 'unlockSecrets' }]);
  expect((await find('rule-list-refresh')).hasAttribute('disabled')).toBe(false);
});

test('a list is fetched, told when to be, and removed', async () => {
  const { press, find, fake, until, text } = await screen();
  await press('rule-list-refresh');
  const choose = async (value: string) => fireEvent.change(await find('rule-list-interval'), { target: { value } });
  await choose('6');
  await choose('paused');
  await choose('');
  // Nothing brings it back as easily, so it is asked for once more.
  await press('rule-list-remove');
  expect((await find('rule-list-remove-sure')).closest('dialog')!.textContent).toContain('its address is forgotten');
  expect(fake.sent.at(-1)?.kind).not.toBe('removeRuleList');
  await press('rule-list-remove-sure');
  await until(() => expect(text('rule-list')).toHaveLength(2));
  expect(fake.sent).toEqual([
    { kind: 'refreshRuleList', id: 'r1' },
    { kind: 'setRuleListInterval', id: 'r1', hours: 6 },
    { kind: 'pauseRuleList', id: 'r1', paused: true },
    { kind: 'pauseRuleList', id: 'r1', paused: false },
    { kind: 'setRuleListInterval', id: 'r1', hours: null },
    { kind: 'removeRuleList', id: 'r1' },
  ]);
  await until(async () => expect(document.activeElement).toBe(await find('rule-list-add')));
});

test('the busiest rules are shown with where they stand, the rest at a press', async () => {
  const { press, text, until } = await screen();
  await until(() => expect(text('rule-hit')).toHaveLength(10));
  expect(text('rule-hit')[0]).toMatch(/^\|\|corp\.example ?line 3 of your rules, in \[bypass_list\] ?1,204$/);
  expect(text('rule-hit')[1]).toMatch(/line 40 of Home country, in \[bypass_list\] ?300$/);
  await press('rule-hits-all');
  await until(() => expect(text('rule-hit')).toHaveLength(13));
});

test('where no rule has decided anything that is said', async () => {
  const { find } = await screen('on');
  expect((await find('rule-hits-none')).textContent).toContain('Nothing since Parasol was started.');
});
