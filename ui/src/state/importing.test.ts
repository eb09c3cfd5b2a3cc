import { afterEach, expect, test, vi } from 'vitest';
import { Fake } from '../backend/fake/fake';
import { Importing } from './importing.svelte';

const LINK = 'ss://YWVzLTI1Ni1nY206c2VjcmV0@new.example.net:8388#Osaka';
const file = (name: string, text: string) =>
  Object.assign(new File([text], name), { slice: () => ({ arrayBuffer: async () => new TextEncoder().encode(text).buffer }) });

afterEach(() => void vi.useRealTimers());

test('what is shown is always what the program was asked last', async () => {
  vi.useFakeTimers();
  const fake = new Fake('off');
  const answers: (() => void)[] = [];
  const preview = fake.previewImport.bind(fake);
  fake.previewImport = (text) => new Promise((resolve) => answers.push(() => resolve(preview(text))));
  const importing = new Importing(fake);
  importing.text = 'nonsense';
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  importing.text = LINK;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([answers.length, importing.ready]).toEqual([1, false]);
  answers[0]!();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  expect(importing.ready).toBe(false);
  answers[1]!();
  await vi.waitFor(() => expect(importing.ready).toBe(true));
  expect([importing.adds, importing.preview.refused]).toEqual([1, []]);
});

test('what is left out is counted out, and said by its number', async () => {
  const importing = new Importing(new Fake('off'));
  importing.text = `${LINK}\nss://YWVzLTI1Ni1nY206c2VjcmV0@other.example.net:8388`;
  await vi.waitFor(() => expect(importing.adds).toBe(2));
  importing.want([0], false);
  expect([importing.adds, importing.ready, importing.take()]).toMatchObject([1, true, { kind: 'import', leaveOut: [0] }]);
  importing.want([1], false);
  expect(importing.ready).toBe(false);
});

test('what is left out of one text or file is not left out of the next', async () => {
  const importing = new Importing(new Fake('off'));
  importing.text = LINK;
  await vi.waitFor(() => expect(importing.adds).toBe(1));
  importing.want([0], false);
  const others = [file('a.txt', LINK.replace('#Osaka', '#Kyoto')), file('b.txt', LINK)];
  importing.open(others);
  for (const at of [1, 2]) {
    await vi.waitFor(() => expect([importing.looking, importing.file?.at]).toEqual([false, at]));
    expect([importing.wants(0), importing.adds, importing.take()]).toMatchObject([true, 1, { leaveOut: [] }]);
    importing.want([0], false);
    importing.next();
  }
});

test('files are looked at one after the other, and one that cannot be read says so', async () => {
  const broken = Object.assign(new File([''], 'gone.json'), { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('not found')) }) });
  const importing = new Importing(new Fake('off'), [file('a.txt', LINK), broken]);
  await vi.waitFor(() => expect(importing.adds).toBe(1));
  expect(importing.file).toEqual({ name: 'a.txt', at: 1, of: 2 });
  expect(importing.next()).toBe(true);
  await vi.waitFor(() => expect(importing.unreadable).toBe('not found'));
  expect([importing.adds, importing.next()]).toEqual([0, false]);
});

test('what is not imported is forgotten, also when its answer comes late', async () => {
  const fake = new Fake('off');
  const importing = new Importing(fake, [file('a.txt', LINK)]);
  await vi.waitFor(() => expect(importing.adds).toBe(1));
  importing.end();
  const late = new Importing(fake, [file('b.txt', LINK)]);
  late.end();
  await vi.waitFor(() => expect(fake.sent).toEqual([{ kind: 'dropImport', id: 1 }, { kind: 'dropImport', id: 2 }]));
});
