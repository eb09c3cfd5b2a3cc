import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';

const link = (host: string, name: string, more = '') => `ss://YWVzLTI1Ni1nY206c2VjcmV0@${host}:8388${more}#${name}`;
const some = [
  link('new.example.net', 'Osaka', '?group=a'),
  link('tk1.example.net', 'Tokyo'),
  'http://x',
  link('tk1.example.net', 'Kyoto'),
].join('\n');

async function pasted(text: string) {
  const window = await open('off', 'profiles');
  await window.press('import');
  await window.type('links-text', text);
  await window.until(() => expect(window.text('import-state')[0]).toContain('server'));
  return window;
}

const PlainFile = File;
/** A file that the window was given; jsdom cannot read one in parts. */
const file = (name: string, text: string) =>
  Object.assign(new PlainFile([text], name), { slice: () => ({ arrayBuffer: async () => new TextEncoder().encode(text).buffer }) });

describe('the import', () => {
  test('shows what is new, other, known and refused, and saves nothing by that', async () => {
    const { fake, text } = await pasted(some);
    expect(text('import-state')).toEqual(['Links: 3 servers. Nothing is saved before you add it.']);
    expect(text('link-added')).toEqual(['Osaka new.example.net:8388 aes-256-gcm Parasol does nothing with group']);
    expect(text('link-changed')[0]).toMatch(/^Kyoto .* name before: Tokyo after: Kyoto$/);
    expect(text('link-unchanged')[0]).toContain('Tokyo');
    expect(text('link-refused')).toEqual([expect.stringMatching(/^Line 3: this is a web address\./)]);
    expect(text('links-add')).toEqual(['Add 1, change 1 profile']);
    expect(fake.sent).toEqual([]);
  });

  test('does what was shown, less what is left out, and says what came', async () => {
    const { fake, all, press, text, has, until } = await pasted(some);
    await fireEvent.click(all('entry-wanted')[1]!);
    await until(() => expect(text('links-add')).toEqual(['Add 1 profile']));
    await press('links-add');
    await until(() => expect(has('links-text')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'import', id: 1, leaveOut: [3] }]);
    expect(text('notice')[0]).toContain('Added 1 profile.');
    expect(text('profile-row').some((row) => row?.includes('Osaka'))).toBe(true);
  });

  test('has all of a kind left out at once', async () => {
    const { all, text, until, find } = await pasted(some);
    await fireEvent.click(all('portion-all')[0]!);
    await until(() => expect(text('links-add')).toEqual(['Change 1 profile']));
    await fireEvent.click(all('portion-all')[1]!);
    await until(async () => expect((await find('links-add') as HTMLButtonElement).disabled).toBe(true));
  });

  test('has the program forget it when the user goes back', async () => {
    const { fake, press, has, until } = await pasted(some);
    await press('import-back');
    await until(() => expect(has('profile-row')).toBe(true));
    expect(fake.sent).toEqual([{ kind: 'dropImport', id: 1 }]);
  });

  test('draws a thousand entries a hundred at a time, and adds them all', async () => {
    const { fake, all, press, until, text } = await pasted(Array.from({ length: 1000 }, (_, i) => link(`h${i}.example`, `n${i}`)).join('\n'));
    expect(all('link-added')).toHaveLength(100);
    await press('portion-more');
    await until(() => expect(all('link-added')).toHaveLength(200));
    expect(text('links-add')).toEqual(['Add 1,000 profiles']);
    await press('links-add');
    await until(() => expect(fake.sent).toHaveLength(1));
  }, 20_000);

  test('looks at a long pasted text as at a file, without putting it into the field', async () => {
    // jsdom cannot read a file in parts.
    vi.stubGlobal('File', class {
      constructor(parts: string[], name: string) {
        return file(name, parts.join(''));
      }
    });
    const { has, text, press, until, find } = await open('off', 'profiles');
    await press('import');
    const field = await find('links-text');
    const paste = (length: number) =>
      fireEvent.paste(field, { clipboardData: { types: ['text/plain'], getData: () => link('a.example', 'A').padEnd(length) } });
    // That is left to the field.
    expect(await paste(100_000)).toBe(true);
    expect(has('import-file')).toBe(false);
    expect(await paste(100_001)).toBe(false);
    vi.stubGlobal('File', PlainFile);
    await until(() => expect(text('link-added')[0]).toContain('a.example'));
    expect(text('import-file')[0]).toContain('Pasted text');
    expect(has('links-text')).toBe(false);
  });

  test('asks the program for what is pasted where it can be asked, which says nothing of a long text', async () => {
    const { fake, text, press, until, find } = await open('off', 'profiles');
    let short: string | null = link('a.example', 'A');
    fake.pastedText = () => Promise.resolve(short);
    await press('import');
    const field = await find('links-text');
    const paste = () => fireEvent.paste(field, { clipboardData: { types: ['text/plain'], getData: () => 'never asked for' } });
    expect(await paste()).toBe(false);
    await until(() => expect(text('link-added')[0]).toContain('a.example'));
    expect((field as HTMLTextAreaElement).value).toBe(link('a.example', 'A'));
    short = null;
    await paste();
    await until(() => expect(text('import-sight')[0]).toContain('From the clipboard'));
  });

  test('takes files that the program is given, where the web view takes none', async () => {
    const { fake, has, text, until } = await open('off', 'home');
    fake.drag();
    await until(() => expect(has('drop-here')).toBe(true));
    fake.drag([file('a.txt', link('a.example', 'A'))]);
    await until(() => expect(text('link-added')[0]).toContain('a.example'));
    expect(has('drop-here')).toBe(false);
  });

  test('takes files that are dropped anywhere, one after the other', async () => {
    const { fake, has, text, press, until } = await open('off', 'home');
    const files = [file('a.txt', link('a.example', 'A')), file('b.txt', link('b.example', 'B'))];
    const dataTransfer = { types: ['Files'], files };
    await fireEvent.dragOver(window, { dataTransfer });
    await until(() => expect(has('drop-here')).toBe(true));
    await fireEvent.drop(window, { dataTransfer });
    await until(() => expect(text('link-added')[0]).toContain('a.example'));
    expect(text('import-file')[0]).toContain('a.txt file 1 of 2');
    await press('links-add');
    await until(() => expect(text('link-added')[0]).toContain('b.example'));
    await press('links-add');
    await until(() => expect(has('switch')).toBe(true));
    expect(fake.sent.map(({ kind }) => kind)).toEqual(['import', 'import']);
  });
});

describe('a look', () => {
  test('at the screen shows the codes that are seen there, saves nothing by that, and adds them', async () => {
    const { fake, press, text, has, until } = await open('off', 'profiles');
    fake.sights.screen = [link('one.example', 'One'), link('two.example', 'Two')].join('\n');
    await press('import');
    await press('look-at-screen');
    await until(() => expect(text('link-added')).toHaveLength(2));
    expect(text('import-state')).toEqual(['The screen: 2 servers. Nothing is saved before you add it.']);
    expect(text('import-sight')[0]).toContain('From the screen');
    expect([has('links-text'), fake.sent]).toEqual([false, []]);
    await press('links-add');
    await until(() => expect(text('notice')[0]).toContain('Added 2 profiles.'));
  });

  test('without a code says what to try, and can be repeated', async () => {
    const { fake, press, text, until } = await open('off', 'profiles');
    fake.sights.screen = '';
    await press('import');
    await press('look-at-screen');
    await until(() => expect(text('link-refused')[0]).toMatch(/^no QR code is seen on the screen\. Show it larger/));
    fake.sights.screen = link('late.example', 'Late');
    await press('look-at-screen');
    await until(() => expect(text('link-added')[0]).toContain('late.example'));
  });

  test('that was refused says so and what to do, and files and the clipboard are there still', async () => {
    const { fake, press, text, until } = await open('off', 'profiles');
    fake.sights.screen = { code: 'refused' };
    await press('import');
    await press('look-at-screen');
    await until(() => expect(text('import-state')[0]).toMatch(/^It was not allowed\./));
    await press('look-at-clipboard');
    await until(() => expect(text('link-added')[0]).toContain('seen.example.net'));
    expect(text('import-state')[0]).not.toContain('allowed');
  });

  test('cannot be asked for twice at once', async () => {
    const { fake, press, find, until } = await open('off', 'profiles');
    let seen = () => {};
    let looks = 0;
    fake.lookAtScreen = () => new Promise((resolve) => (looks++, (seen = () => resolve({ kind: 'failed', fault: { code: 'timedOut' } }))));
    await press('import');
    await press('look-at-screen');
    const button = (await find('look-at-screen')) as HTMLButtonElement;
    await until(() => expect(button.disabled).toBe(true));
    button.click();
    seen();
    await until(() => expect(button.disabled).toBe(false));
    expect(looks).toBe(1);
  });

  test('is to be had on the first page too', async () => {
    const { press, text, until } = await open('empty');
    await press('look-at-clipboard');
    await until(() => expect(text('link-added')[0]).toContain('seen.example.net'));
  });
});

describe('a picture that is pasted anywhere', () => {
  const paste = (types: string[], files: File[] = []) => fireEvent.paste(window, { clipboardData: { types, files } });

  test('is imported', async () => {
    const { text, until } = await open('off', 'home');
    await paste(['Files'], [file('image.png', link('pasted.example', 'Pasted'))]);
    await until(() => expect(text('link-added')[0]).toContain('pasted.example'));
  });

  test('is asked of the program where the web view hands out none', async () => {
    const { text, until } = await open('off', 'home');
    await paste(['image/png']);
    await until(() => expect(text('import-sight')[0]).toContain('From the clipboard'));
  });

  test('is asked of the program where the web view says nothing of it to the field for links', async () => {
    const { text, until, find, press } = await open('off', 'profiles');
    await press('import');
    await fireEvent.paste(await find('links-text'), { clipboardData: { types: [], files: [], getData: () => '' } });
    await until(() => expect(text('import-sight')[0]).toContain('From the clipboard'));
  });

  test('leaves text to the field that has the cursor', async () => {
    const { has } = await open('off', 'home');
    await paste(['text/plain', 'Files'], [file('a.txt', 'x')]);
    await paste([]);
    expect([has('import-sight'), has('import-file')]).toEqual([false, false]);
  });
});

test('where no program can look at the screen, nothing offers to', async () => {
  const { fake, has, find, until } = await open('empty');
  await find('look-at-screen');
  fake.show({ seesScreen: false });
  await until(() => expect(has('look-at-screen')).toBe(false));
  await find('look-at-clipboard');
});
