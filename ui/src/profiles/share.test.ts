import { fireEvent } from '@testing-library/svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';

const clipboard = (writeText: (text: string) => Promise<void>) =>
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
afterEach(() => void Reflect.deleteProperty(navigator, 'clipboard'));

async function shared() {
  const window = await open('off', 'profiles');
  await window.press('profile-share');
  await window.find('share-text');
  return window;
}

describe('sharing', () => {
  test('shows the link and its code, says that they hold the password, and copies', async () => {
    const copied = vi.fn(() => Promise.resolve());
    clipboard(copied);
    const { container, value, find, press, text, until } = await shared();
    expect(container.querySelector('dialog')?.textContent).toContain('It holds the password');
    const link = await value('share-text');
    expect(link).toMatch(/^ss:\/\/\S+@tk1\.example\.net:8388#Tokyo$/);
    expect((await find('share-qr')).getAttribute('src')).toMatch(/^data:image\/svg\+xml,%3Csvg/);
    await press('share-copy');
    await until(() => expect(text('share-said')[0]).toContain('Copied.'));
    expect(copied).toHaveBeenCalledWith(link);
  });

  test('says so when it could not copy', async () => {
    clipboard(() => Promise.reject(new Error('not allowed')));
    const { press, text, until } = await shared();
    await press('share-copy');
    await until(() => expect(text('share-said')[0]).toContain('could not be copied'));
  });

  test('gives a file of other programs too', async () => {
    const { container, value, has, until } = await shared();
    await fireEvent.click(container.querySelector('[data-testid="share-sip008"] input')!);
    await until(async () => expect(JSON.parse(await value('share-text'))).toMatchObject({ servers: [{ server: 'tk1.example.net' }] }));
    expect(has('share-qr')).toBe(false);
  });

  test('is not offered for the server in this program', async () => {
    const { all } = await open('off', 'profiles');
    expect([all('profile-row').length, all('profile-share').length]).toEqual([3, 2]);
  });
});
