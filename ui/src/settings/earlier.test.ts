import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';

/** The window after Frankfurt was deleted, and Tokyo renamed before that. */
async function changed() {
  const window = await open('on', 'settings');
  const { fake } = window;
  const tokyo = (await fake.state()).profiles[0]!;
  const { id, name: _, server, method, plugin, pluginOpts, oneTimeAuth, notes } = tokyo;
  const draft = { id, name: 'Kyoto', server, port: '8389', method, password: null, plugin, pluginOpts, oneTimeAuth, notes };
  await fake.send({ kind: 'saveProfile', draft });
  await fake.send({ kind: 'deleteProfile', id: 'p2' });
  await window.until(() => expect(window.all('earlier-row')).toHaveLength(2));
  return window;
}

describe('earlier states', () => {
  test('are none before anything was changed', async () => {
    const { find, has } = await open('on', 'settings');
    expect((await find('earlier-none')).textContent).toBe('There is none yet.');
    expect(has('earlier-row')).toBe(false);
  });

  test('are listed with what each would do, the newest first', async () => {
    const { text } = await changed();
    const rows = text('earlier-row');
    expect(rows[0]).toMatch(/^\d\d:\d\d:\d\d 1 would be added View$/);
    expect(rows[1]).toContain('1 would be added, 1 would be changed');
  });

  test('are looked at before anything is done', async () => {
    const { fake, all, text, press, has, until } = await changed();
    await fireEvent.click(all('earlier-look')[1]!);
    await until(() => expect(text('differs-comes')).toEqual(['Frankfurt profile']));
    expect(text('differs-changes')[0]).toContain('Tokyo profile');
    expect(text('differs-field')).toEqual(['name nowKyoto thenTokyo', 'port now8389 then8388']);
    expect(text('differs-stays')).toEqual(['Built-in server profile']);
    const sent = fake.sent.length;
    await press('restore-cancel');
    await until(() => expect(has('restore-go')).toBe(false));
    expect(fake.sent).toHaveLength(sent);
  });

  test('are gone back to at a press, and the state of now is then one of them', async () => {
    const { fake, all, press, until } = await changed();
    await fireEvent.click(all('earlier-look')[1]!);
    await press('restore-go');
    await until(() => expect(all('earlier-row')).toHaveLength(3));
    expect(fake.sent.at(-1)).toMatchObject({ kind: 'restore' });
    expect((await fake.state()).profiles.map(({ title }) => title)).toEqual(['Tokyo', 'Frankfurt', 'Built-in server']);
  });

  test('give their profiles alone, in the view of every import', async () => {
    const { fake, all, text, press, has, until } = await changed();
    await fireEvent.click(all('earlier-look')[1]!);
    await press('restore-profiles');
    await until(() => expect(text('import-held')[0]).toMatch(/^The state until \d\d:\d\d/));
    await until(() => expect(text('import-state')[0]).toMatch(/^Profiles of Parasol: 2 servers\. .*Only the profiles are taken here/));
    expect(text('link-added').map((row) => row?.replace(/ .*/, ''))).toEqual(['Tokyo', 'Frankfurt']);
    expect(has('restore-go')).toBe(false);
    await press('links-add');
    await until(() => expect(has('earlier-row')).toBe(true));
    expect((await fake.state()).profiles.map(({ title }) => title)).toEqual(['Kyoto', 'Built-in server', 'Tokyo', 'Frankfurt']);
    expect(fake.sent.map(({ kind }) => kind)).not.toContain('restore');
  });

  test('of thousands are drawn some at a time', async () => {
    const { fake, all, text, press, until } = await changed();
    const many = Array.from({ length: 250 }, (_, i) => ({ list: 'profiles', id: `m${i}`, title: `Server ${i}` }));
    const entries = many.map((one) => ({ ...one, change: { kind: 'goes' as const } }));
    vi.spyOn(fake, 'lookAtEarlier').mockResolvedValue({ id: 1, difference: { entries, unchanged: many, settings: [] } });
    await press('earlier-look');
    await until(() => expect([all('differs-goes').length, all('differs-stays').length]).toEqual([100, 100]));
    expect(text('portion-more')).toEqual(['Show 100 more of 250', 'Show 100 more of 250']);
    await press('portion-more');
    await press('portion-more');
    await until(() => expect(all('differs-goes')).toHaveLength(250));
    expect(document.activeElement?.tagName).toBe('UL');
  });

  test('say so when one is the same as now, or gone', async () => {
    const { fake, all, has, text, press, until, container } = await changed();
    await fake.send({ kind: 'undoDelete' });
    await until(() => expect(text('earlier-row')[1]).toContain('the same as now'));
    await fireEvent.click(all('earlier-look')[1]!);
    await until(() => expect(has('differs-nothing')).toBe(true));
    expect(has('restore-go')).toBe(false);
    await press('restore-cancel');
    vi.spyOn(fake, 'lookAtEarlier').mockResolvedValue(null);
    await fireEvent.click(all('earlier-look')[0]!);
    await until(() => expect(container.textContent).toContain('Newer ones have taken its place.'));
  });

  test('name what nobody has words for as the file does, and no secret', async () => {
    const { fake, press, text, until } = await changed();
    vi.spyOn(fake, 'lookAtEarlier').mockResolvedValue({
      id: 1,
      difference: {
        entries: [
          { list: 'profiles', id: 'p1', title: 'Tokyo', change: { kind: 'changes', fields: [{ name: 'password', now: null, then: null }] } },
          { list: 'subscriptions', id: 's1', title: 'Home', change: { kind: 'changes', fields: [{ name: 'interval_h', now: null, then: '6' }] } },
          { list: 'groups', id: 'g1', title: '', change: { kind: 'comes' } },
        ],
        unchanged: [],
        settings: [
          { name: 'local_direct', now: 'true', then: 'false' },
          { name: 'of_tomorrow', now: null, then: null },
          { name: 'active', now: 'Tokyo', then: null },
          { name: 'group', now: '', then: 'Work' },
        ],
      },
    });
    await press('earlier-look');
    await until(() =>
      expect(text('differs-field')).toEqual([
        'password another one',
        'hours between fetches nownone then6',
        'this machine and its network directly nowyes thenno',
        'of_tomorrow another one',
        'profile in use nowTokyo thennone',
        'group in use nowno name thenWork',
      ]),
    );
    expect(text('differs-comes')).toEqual(['No name group']);
  });
});
