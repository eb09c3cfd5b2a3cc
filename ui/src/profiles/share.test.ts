import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

async function shared() {
  const window = await open('off', 'profiles');
  await window.press('profile-share');
  await window.find('share-text');
  return window;
}

describe('sharing', () => {
  test('shows the link and its code, says that they hold the password, and copies', async () => {
    const { fake, container, value, find, press, text, until } = await shared();
    expect(container.querySelector('dialog')?.textContent).toContain('It holds the password');
    const link = await value('share-text');
    expect(link).toMatch(/^ss:\/\/\S+@tk1\.example\.net:8388#Tokyo$/);
    expect((await find('share-qr')).getAttribute('src')).toMatch(/^data:image\/svg\+xml,%3Csvg/);
    await press('share-copy');
    await until(() => expect(text('share-said')[0]).toContain('Copied.'));
    expect(fake.copied).toBe(link);
  });

  test('says so when it could not copy', async () => {
    const { fake, press, text, until } = await shared();
    fake.copy = () => Promise.reject(new Error('not allowed'));
    await press('share-copy');
    await until(() => expect(text('share-said')[0]).toContain('could not be copied'));
  });

  test('saves what is shown, and the code as a picture, where the user says', async () => {
    const { container, fake, has, press, text, until } = await shared();
    fake.dialog = () => '/home/lena/code.png';
    await press('share-save-png');
    await until(() => expect(text('share-said')).toEqual(['Saved to /home/lena/code.png. Only you can read it.']));
    expect(fake.saved?.file).toBe('qrPng');
    await fireEvent.click(container.querySelector('[data-testid="share-sip008"] input')!);
    await until(() => expect(has('share-qr')).toBe(false));
    fake.dialog = () => null;
    await press('share-save');
    await until(() => expect(text('share-said')).toEqual(['']));
    fake.saveExport = (_, file) => Promise.resolve({ kind: 'failed', cause: `No space left on device for ${file}` });
    await press('share-save');
    await until(() => expect(text('share-said')[0]).toContain('No space left on device for sip008. A file that was there is as it was.'));
  });

  test('gives a file of other programs too', async () => {
    const { container, value, has, until } = await shared();
    await fireEvent.click(container.querySelector('[data-testid="share-sip008"] input')!);
    await until(async () => expect(JSON.parse(await value('share-text'))).toMatchObject({ servers: [{ server: 'tk1.example.net' }] }));
    expect(has('share-qr')).toBe(false);
  });

  test('of a locked profile says so, and goes on when it is unlocked', async () => {
    const { text, has, press, value, until, find } = await open('locked', 'profiles');
    await press('profile-share');
    await until(() => expect(text('locked').some((said) => said?.startsWith('Tokyo: its password is locked in the password store.'))).toBe(true));
    expect([has('share-text'), has('share-nothing')]).toEqual([false, false]);
    document.querySelector<HTMLButtonElement>('dialog [data-testid="unlock"]')!.click();
    await find('share-text');
    expect(await value('share-text')).toMatch(/^ss:/);
  });

  test('is not offered for the server in this program', async () => {
    const { all } = await open('off', 'profiles');
    expect([all('profile-row').length, all('profile-share').length]).toEqual([3, 2]);
  });
});
