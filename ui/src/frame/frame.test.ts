import { render } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import App from '../App.svelte';
import { Fake } from '../backend/fake/fake';
import { open } from '../test/screen';

test('a program that cannot be asked leaves no blank window', async () => {
  const backend = new Fake('off');
  backend.state = () => Promise.reject(new Error('no such command'));
  const { container } = render(App, { backend });
  await vi.waitFor(() => expect(container.textContent).toContain('Parasol did not answer: no such command'));
});

test('that it could not start is said on every screen but Home, which says it by itself, until it is read or over', async () => {
  const { fake, find, has, press, text, until } = await open('failed', 'profiles');
  await find('not-on');
  expect(text('not-on')).toEqual([expect.stringContaining('Could not start Port 1080 is used by ss-local')]);
  await press('nav-settings');
  expect(has('not-on')).toBe(true);
  await press('not-on-home');
  await find('problem');
  expect(has('not-on')).toBe(false);
  await press('nav-profiles');
  await press('not-on-dismiss');
  await until(() => expect(has('not-on')).toBe(false));
  fake.show({ actual: { kind: 'starting' } });
  await until(() => expect(has('not-on')).toBe(false));
  fake.show({ actual: { kind: 'failed', problem: { code: 'pluginMissing', name: 'obfs-local' } } });
  await find('not-on');
});

describe('what does the work, ended by itself,', () => {
  test('is said over everything, and another can take its place', async () => {
    const { fake, find, press, text } = await open('on', 'connections');
    fake.die();
    await find('ended');
    expect(text('ended')[0]).toContain('may have no network');
    await press('ended-again');
    expect(fake.ended).toBe('again');
  });

  test('is said in a window that was opened only after it, too', async () => {
    const backend = Object.assign(new Fake('on'), { state: () => Promise.resolve(null) });
    const { container } = render(App, { backend });
    await vi.waitFor(() => expect(container.querySelector('[data-testid="ended-again"]')).not.toBeNull());
    container.querySelector<HTMLElement>('[data-testid="ended-quit"]')!.click();
    expect(backend.ended).toBe('quit');
  });

  test('can be quit, and what fails at that is said', async () => {
    const { fake, container, press, until } = await open('on');
    fake.die();
    fake.startAgain = () => Promise.reject(new Error('no such file'));
    await press('ended-again');
    await until(() => expect(container.textContent).toContain('no such file'));
    await press('ended-quit');
    expect(fake.ended).toBe('quit');
  });
});

test('what was just deleted is said below the list, so that no row moves', async () => {
  const { press, find, all } = await open('on', 'profiles');
  await press('profile-delete');
  const line = await find('undo-line');
  const last = all('profile-row').at(-1)!;
  expect(last.compareDocumentPosition(line)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test('a dialog that is dismissed gives the focus back', async () => {
  const { container, find, has, until } = await open('ports', 'settings');
  const opener = await find('port-delete');
  opener.focus();
  opener.click();
  await find('port-delete-sure');
  container.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true }));
  await until(() => expect(has('port-delete-sure')).toBe(false));
  expect(document.activeElement).toBe(opener);
});

test('the focus stays on the screen when the last profile is deleted', async () => {
  const { all, press, find, until } = await open('off', 'profiles');
  for (let left = 2; left >= 0; left--) {
    await press('profile-delete');
    await until(() => expect(all('profile-row')).toHaveLength(left));
  }
  const opener = await find('subscriptions');
  await until(() => expect(document.activeElement).toBe(opener));
});
