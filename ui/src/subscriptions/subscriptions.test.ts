import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

async function lists(scene: 'lists' | 'off' = 'lists') {
  const window = await open(scene, 'profiles');
  await window.press('subscriptions');
  return window;
}

describe('subscriptions', () => {
  test('say when they were fetched, what came, and what is used up', async () => {
    const { text, all } = await lists();
    expect(text('subscription-row')[0]).toMatch(
      /^Northern servers lists\.example\.net Fetched .+ next .+ 38 GB of 50 GB used ends .+ 12 profiles 1 entry not taken last time: 2 new, 1 changed, 1 removed/,
    );
    expect(text('subscription-row')[2]).toContain('Not fetched yet paused: only when you ask');
    expect(all('usage')[0]!.querySelector('[role="meter"]')!.getAttribute('aria-valuenow')).toBe('76');
  });

  test('keep the last good list when fetching fails, and say why it did', async () => {
    const { text } = await lists();
    expect(text('subscription-fault')).toEqual([
      'The certificate of down.office.example is not valid today; if it should be, this machine’s clock is wrong. Somebody else may be answering. The profiles are those of the last good list.',
    ]);
    expect(text('usage')[1]).toContain('ended');
  });

  test('are refreshed alone or all together', async () => {
    const { fake, press } = await lists();
    await press('subscription-refresh');
    await press('subscription-refresh-all');
    expect(fake.sent).toEqual([{ kind: 'refreshSubscription', id: 'l1' }, { kind: 'refreshSubscription', id: null }]);
  });

  test('are named, paused and fetched as often as said; what was not changed is not sent', async () => {
    const { fake, press, type, find, has, until } = await lists();
    await press('subscription-edit');
    await type('subscription-name', 'North');
    await fireEvent.change(await find('subscription-interval'), { target: { value: '6' } });
    await press('subscription-save');
    await until(() => expect(has('subscription-save')).toBe(false));
    expect(fake.sent).toEqual([
      { kind: 'renameSubscription', id: 'l1', name: 'North' },
      { kind: 'setSubscriptionInterval', id: 'l1', hours: 6 },
    ]);
  });

  test.each([
    ['subscription-remove-keep', true],
    ['subscription-remove-all', false],
  ])('are removed by %s', async (button, keepProfiles) => {
    const { fake, container, press, all, until } = await lists();
    await press('subscription-remove');
    expect(container.querySelector('dialog')?.textContent).toContain('The profile in use is one of them.');
    await press(button);
    await until(() => expect(all('subscription-row')).toHaveLength(2));
    expect(fake.sent).toEqual([{ kind: 'removeSubscription', id: 'l1', keepProfiles }]);
  });

  test('say that their address is locked, and are fetched again once it is not', async () => {
    const { fake, text, press, has, all, until } = await open('locked', 'profiles');
    await press('subscriptions');
    expect(text('subscription-row')[0]).toMatch(/^Northern servers Fetched .+ Its address is locked in the password store, so it cannot be fetched\. Unlock/);
    expect((all('subscription-refresh')[0] as HTMLButtonElement).disabled).toBe(true);
    expect(has('subscription-refresh-all')).toBe(false);
    await press('unlock');
    await until(() => expect(has('locked')).toBe(false));
    expect(text('subscription-row')[0]).toContain('lists.example.net');
    await press('subscription-refresh');
    expect(fake.sent).toEqual([{ kind: 'unlockSecrets' }, { kind: 'refreshSubscription', id: 'l1' }]);
  });

  test('are named beside their profiles, also when the list has dropped one', async () => {
    const { text } = await open('lists', 'profiles');
    expect(text('profile-from')).toEqual(['from Northern servers', 'from Office']);
    expect(text('profile-gone')).toEqual(['gone from its list, kept while in use']);
  });
});

describe('a new subscription', () => {
  async function looked(url: string) {
    const window = await lists('off');
    await window.press('subscription-new');
    await window.type('subscription-url', url);
    await window.press('subscription-look');
    return window;
  }

  test('is looked at before it is added', async () => {
    const { fake, press, text, type, all, until } = await looked('https://lists.example.net/secret');
    await until(() => expect(text('subscription-found')).toEqual(['Some servers, a list at lists.example.net']));
    expect(text('link-added')).toHaveLength(2);
    expect(fake.sent).toEqual([]);
    await type('subscription-name', 'Mine');
    await press('subscription-add');
    await until(() => expect(all('subscription-row')).toHaveLength(1));
    expect(fake.sent).toMatchObject([{ kind: 'addSubscription', name: 'Mine', intervalHours: null }]);
  });

  test('can be added although it cannot be fetched now', async () => {
    const { press, text, all, until } = await looked('https://down.example.net/secret');
    await until(() => expect(text('subscription-fault')[0]).toMatch(/^There is no connection to down\.example\.net\..* It can be added all the same/));
    await press('subscription-add');
    await until(() => expect(all('subscription-row')).toHaveLength(1));
  });

  test('promises nothing of a web page, which will be one later too', async () => {
    const { text, until } = await looked('https://page.example.net/secret');
    await until(() => expect(text('subscription-fault')).toEqual([expect.stringMatching(/probably a web page\. Ask your provider .*address\.$/)]));
  });

  test.each([
    ['http://plain.example.net', 'This is not encrypted on the way.'],
    ['ss://x@plain.example.net:1', 'This is the link of one server.'],
    ['plain.example.net/list', 'Put https:// before it.'],
    ['https://me@plain.example.net', 'An address with a login in it is not taken.'],
    ['plain', 'This is not the address of a list.'],
  ])('needs an address that can be one, and %s is none', async (url, says) => {
    const { container, has, until } = await looked(url);
    await until(() => expect(container.textContent).toContain(says));
    expect(has('subscription-add')).toBe(false);
  });

  test('is forgotten when another address is typed or the dialog is closed', async () => {
    const { fake, container, type, has, until } = await looked('https://lists.example.net/secret');
    await until(() => expect(has('subscription-add')).toBe(true));
    await type('subscription-url', 'https://lists.example.net/other');
    await until(() => expect(has('subscription-look')).toBe(true));
    container.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true }));
    await until(() => expect(has('subscription-look')).toBe(false));
    expect(fake.sent.map(({ kind }) => kind)).toEqual(['dropSubscription']);
  });
});
