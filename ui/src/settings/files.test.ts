import { fireEvent } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { open } from '../test/screen';

test('Parasol’s own files are named, and shown by the file manager', async () => {
  const { all, fake, find, text, until } = await open('off', 'settings');
  await find('file-path');
  expect(text('file-path')).toEqual(['/home/lena/.config/parasol/profiles.json', '/home/lena/.local/state/parasol/parasol.log']);
  await fireEvent.click(all('file-show')[1]!);
  await until(() => expect(fake.fileShown).toBe('log'));
  expect(text('file-not-shown')).toEqual(['']);
});

test('a system without a file manager is said to have none', async () => {
  const { fake, press, text, until } = await open('off', 'settings');
  fake.fileManager = false;
  await press('file-show');
  await until(() => expect(text('file-not-shown')[0]).toContain('Open the folder yourself'));
});

test('where there is no home directory nothing is listed', async () => {
  const { fake, find, has, press } = await open('off', 'home');
  fake.ownFiles = () => Promise.resolve({ profiles: null, log: null });
  await press('nav-settings');
  await find('backup-make');
  expect(has('file-path')).toBe(false);
});
