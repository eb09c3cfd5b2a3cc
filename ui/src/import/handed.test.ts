import { describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';

const link = (host: string) => `ss://YWVzLTI1Ni1nY206c2VjcmV0@${host}:8388#${host}`;

describe('links of the system', () => {
  test('are shown with what they would add, beside those before them, and saved by nobody but the user', async () => {
    const { fake, text, value, press, has, until } = await open('off', 'home');
    fake.hand({ links: [link('a.example')], leftOut: 0 });
    await until(() => expect(text('link-added')[0]).toContain('a.example'));
    fake.hand({ links: [link('b.example'), link('a.example')], leftOut: 2 });
    await press('links-show');
    await until(() => expect(text('link-added')).toHaveLength(2));
    expect(await value('links-text')).toBe(`${link('a.example')}\n${link('b.example')}`);
    expect(text('links-left-out')).toEqual(['2 more links were left out: too long, or too many.']);
    expect(fake.sent.filter(({ kind }) => kind !== 'dropImport')).toEqual([]);
    await press('import-back');
    await until(() => expect(has('switch')).toBe(true));
  });

  test('are shown when they came before the window, and no more than a hundred', async () => {
    const { fake, value, text, press, until } = await open('off', 'profiles');
    fake.hand({ links: Array.from({ length: 80 }, (_, i) => link(`a${i}.example`)), leftOut: 0 });
    await until(() => expect(text('link-added')).toHaveLength(80));
    fake.hand({ links: Array.from({ length: 80 }, (_, i) => link(`b${i}.example`)), leftOut: 0 });
    await press('links-show');
    await until(() => expect(text('links-left-out')[0]).toContain('60 more links'));
    expect((await value('links-text')).split('\n')).toHaveLength(100);
  });

  test('are shown as a file when they are too long for the field', async () => {
    const PlainFile = File;
    // jsdom cannot read a file in parts.
    vi.stubGlobal('File', class {
      constructor(parts: string[], name: string) {
        const slice = () => ({ arrayBuffer: async () => new TextEncoder().encode(parts.join('')).buffer });
        return Object.assign(new PlainFile(parts, name), { slice });
      }
    });
    const { fake, has, text, until } = await open('off', 'home');
    fake.hand({ links: Array.from({ length: 80 }, (_, i) => `${link(`a${i}.example`)}${'x'.repeat(1500)}`), leftOut: 0 });
    await until(() => expect(text('import-file')[0]).toContain('Pasted text'));
    await until(() => expect(text('link-added')).toHaveLength(80));
    vi.stubGlobal('File', PlainFile);
    expect(has('links-text')).toBe(false);
  });

  test('that name a list lead to the question whether to add it, and nothing is fetched before', async () => {
    const { fake, value, press, find } = await open('off', 'home');
    const fetched = vi.spyOn(fake, 'previewSubscription');
    fake.hand({ links: ['ssconf://list.example/key'], leftOut: 0 });
    expect(await value('subscription-url')).toBe('ssconf://list.example/key');
    expect(fetched).not.toHaveBeenCalled();
    await press('subscription-look');
    await find('subscription-found');
    expect(fetched).toHaveBeenCalledOnce();
    expect(fake.sent).toEqual([]);
  });

  test('wait while a page is open, and change nothing on it', async () => {
    const { fake, value, type, press, text, has, until } = await open('off', 'profiles');
    await press('import');
    await type('links-text', link('mine.example'));
    await until(() => expect(text('link-added')[0]).toContain('mine.example'));
    fake.hand({ links: [link('a.example')], leftOut: 0 });
    fake.hand({ links: [link('a.example'), link('b.example')], leftOut: 0 });
    await until(() => expect(text('links-waiting')[0]).toContain('2 links came'));
    expect([await value('links-text'), text('link-added').length]).toEqual([link('mine.example'), 1]);
    await press('import-back');
    await press('links-show');
    await until(() => expect(text('link-added')).toHaveLength(2));
    expect(has('links-waiting')).toBe(false);
  });

  test('that name a list do not take the place of another that is about to be added', async () => {
    const { fake, value, press, has, until } = await open('off', 'home');
    fake.hand({ links: ['ssconf://mine.example/key'], leftOut: 0 });
    expect(await value('subscription-url')).toBe('ssconf://mine.example/key');
    fake.hand({ links: ['ssconf://other.example/key'], leftOut: 0 });
    await until(() => expect(has('links-waiting')).toBe(true));
    expect(await value('subscription-url')).toBe('ssconf://mine.example/key');
    await press('links-show');
    await until(async () => expect(await value('subscription-url')).toBe('ssconf://other.example/key'));
  });

  test('wait for the answer about unsaved changes', async () => {
    const { fake, press, type, has, find, text, until } = await open('off', 'profiles');
    await press('add-profile');
    await type('editor-name', 'half typed');
    fake.hand({ links: [link('a.example')], leftOut: 0 });
    await find('leave-discard');
    expect(has('links-text')).toBe(false);
    await press('leave-discard');
    await until(() => expect(text('link-added')[0]).toContain('a.example'));
  });
});
