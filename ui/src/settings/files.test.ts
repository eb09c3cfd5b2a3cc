import { fireEvent } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { open } from '../test/screen';

test('Parasol’s own files are named, and shown by the file manager', async () => {
  const { all, fake, find, text, until } = await open('off', 'settings');
  await find('file-path');
  expect(text('file-path')).toEqual(['/home/lena/.config/parasol/profiles.json', '/home/lena/.local/state/parasol/parasol.log']);
  await fireEvent.click(all('file-show')[1]!);
  await until(() => expect(fake.fileShown).toBe('log'));
  expect(text('file-said')).toEqual(['', '']);
});

test.each([
  ['notShown', 'Open the folder yourself'],
  ['notThere', 'not been written yet'],
] as const)('what is %s is said beside it', async (shown, said) => {
  const { fake, press, text, until } = await open('off', 'settings');
  fake.fileManager = shown;
  await press('file-show');
  await until(() => expect(text('file-said')[0]).toContain(said));
  expect(text('file-said')[1]).toBe('');
});

test('a file manager that takes its time is asked once, and that is said', async () => {
  const { fake, press, text, until } = await open('off', 'settings');
  let asked = 0;
  let answer = () => {};
  fake.showOwnFile = () => new Promise((done) => ((asked += 1), (answer = () => done('shown'))));
  await press('file-show');
  await until(() => expect(text('file-said')[0]).toBe('Asking the file manager…'));
  await press('file-show');
  expect(asked).toBe(1);
  answer();
  await until(() => expect(text('file-said')[0]).toBe(''));
});
