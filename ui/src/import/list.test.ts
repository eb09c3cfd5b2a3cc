import { expect, test } from 'vitest';
import { open } from '../test/screen';
import { listAt } from './list';

const at = (text: string, line = 1) => listAt(text, { kind: 'line', line });
const address = 'https://sub.example/list?token=1';

test.each([
  [address, address],
  [`My subscription: <${address}>.`, address],
  [`(${address}),`, address],
  ['HTTP://sub.example/x', 'HTTP://sub.example/x'],
  ['ssconf://keys.example/k#Outline', 'ssconf://keys.example/k#Outline'],
  [`clash://install-config?url=${encodeURIComponent(address)}&name=x`, address],
  [`sing-box://import-remote-profile?url=${encodeURIComponent(address)}#Home`, address],
  [`hiddify://import/${address}`, address],
  [`sub://${btoa(address)}`, address],
  [`shadowrocket://add/sub://${btoa(address)}?remark=x`, address],
  ['https://sub.example/convert?url=https%3A%2F%2Fother.example', 'https://sub.example/convert?url=https%3A%2F%2Fother.example'],
  ['clash://install-config?url=%', undefined],
  ['clash://install-config?url=file%3A%2F%2F%2Fetc%2Fpasswd', undefined],
  ['sub://!!', undefined],
  ['nothing', undefined],
])('the address of the list in %s', (text, found) => {
  expect(at(text)).toBe(found);
  expect(at(`first\n${text}\nlast`, 2)).toBe(found);
  expect(at(text, 7)).toBe(undefined);
  expect(listAt(text, { kind: 'code', code: 1 })).toBe(undefined);
});

test.each(['first', 'import'])('an address in the field for links of the page %s is taken to where lists are added, and not fetched before', async (page) => {
  const { fake, press, type, text, find, has, until } = await (page === 'first' ? open('empty') : open('off', 'profiles'));
  if (page === 'import') await press('import');
  await type('links-text', `Here it is: ${address}`);
  await until(() => expect(text('link-refused')[0]).toContain('this is a web address. If it is a subscription'));
  await press('list-add');
  expect(((await find('subscription-url')) as HTMLInputElement).value).toBe(address);
  expect([has('subscription-found'), fake.sent.filter(({ kind }) => kind !== 'dropImport')]).toEqual([false, []]);
});
