import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { Fake } from '../backend/fake/fake';
import { open } from '../test/screen';

const names = (rows: HTMLElement[]) => rows.map((row) => row.querySelector('.name')?.firstElementChild?.textContent);

/** Twelve more: City 0 to City 11, and one of another kind. */
async function many(fake: Fake) {
  const links = Array.from({ length: 12 }, (_, i) => `ss://YWVzLTI1Ni1nY206c2VjcmV0@c${i}.example:8388#City%20${i}`);
  const { id } = await fake.previewImport([...links, 'ss://YWVzLTI1Ni1nY206c2VjcmV0@z.example:9000#%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0'].join('\n'));
  await fake.send({ kind: 'import', id, leaveOut: [] });
}

async function screen() {
  const opened = await open('off', 'profiles');
  await many(opened.fake);
  await opened.until(() => expect(opened.all('profile-row')).toHaveLength(16));
  return opened;
}

describe('the search', () => {
  test('is there where there are more than can be seen at once', async () => {
    const { fake, has, all, until } = await open('off', 'profiles');
    expect(has('profile-search')).toBe(false);
    await many(fake);
    await until(() => expect(all('profile-row')).toHaveLength(16));
    expect(has('profile-search')).toBe(true);
  });

  test('shows those that are meant, and says how many', async () => {
    const { all, text, type, until } = await screen();
    await type('profile-search', 'CITY 8388');
    await until(() => expect(text('profile-search-said')).toEqual(['12 of 16 profiles']));
    expect(names(all('profile-row'))[0]).toBe('City 0');
    await type('profile-search', 'москва');
    await until(() => expect(names(all('profile-row'))).toEqual(['Москва']));
    expect(all('profile-search-said')[0]!.getAttribute('role')).toBe('status');
  });

  test.each(['the button', 'Escape'])('that finds nothing says so, and shows all again by %s', async (how) => {
    const { all, has, text, type, press, find, until } = await screen();
    const search = await find('profile-search');
    await type('profile-search', 'nowhere');
    await until(() => expect(text('profile-search-said')).toEqual(['None of the 16 profiles matches.']));
    expect(has('profile-row')).toBe(false);
    search.focus();
    if (how === 'Escape') await fireEvent.keyDown(search, { key: 'Escape' });
    else await press('profile-search-clear');
    await until(() => expect(all('profile-row')).toHaveLength(16));
    expect(document.activeElement).toBe(search);
    expect([text('profile-search-said'), has('profile-search-clear')]).toEqual([[''], false]);
  });

  test('stays when a profile that was found is edited, and goes nowhere with the last of them', async () => {
    const { all, press, value, type, until, has } = await screen();
    await type('profile-search', 'Москва');
    await until(() => expect(all('profile-row')).toHaveLength(1));
    await press('profile-edit');
    await press('editor-back');
    await until(() => expect(names(all('profile-row'))).toEqual(['Москва']));
    expect(await value('profile-search')).toBe('Москва');
    await press('profile-delete');
    await until(() => expect(has('profile-row')).toBe(false));
    expect(has('profile-search')).toBe(true);
  });

  test('moves what is found among all: to the place of the one that is shown there', async () => {
    const { fake, all, type, until, container } = await screen();
    await fake.send({ kind: 'moveProfile', id: 'p1', to: 4 });
    await type('profile-search', 'city');
    await until(() => expect(all('profile-row')).toHaveLength(12));
    // City 0, City 1, Tokyo, City 2: the second one goes behind the third, and Tokyo comes before both.
    await fireEvent.keyDown(all('profile-grip')[1]!, { key: 'ArrowDown' });
    await until(() => expect(names(all('profile-row')).slice(0, 3)).toEqual(['City 0', 'City 2', 'City 1']));
    await until(() => expect(container.textContent).toContain('City 1 is now 6 of 16.'));
    const titles = (await fake.state()).profiles.map(({ title }) => title);
    expect(titles.slice(2, 6)).toEqual(['City 0', 'Tokyo', 'City 2', 'City 1']);
  });
});

describe('what went through a profile', () => {
  test('stands in its row, and nothing in the row of one that was not used', async () => {
    const { fake, all, until } = await open('on', 'profiles');
    await until(() => expect(all('profile-used')).toHaveLength(3));
    expect(all('profile-used')[0]!.textContent).toMatch(/Today\s+↓.+GB\s+↑.+This month\s+↓.+Used\s+now/s);
    expect(all('profile-used')[1]!.textContent).toMatch(/Used\s+3 hours ago/);
    await many(fake);
    await until(() => expect(all('profile-row')).toHaveLength(16));
    expect(all('profile-row')[15]!.querySelector('[data-testid="profile-used"]')).toBeNull();
  });

  test('is in no future, whatever the clock did', async () => {
    const { fake, press, all, until } = await open('off', 'home');
    const use = { id: 'p1', today: { up: 0, down: 0 }, month: { up: 5, down: 7 }, lastMs: Date.now() + 9e9 };
    vi.spyOn(fake, 'profileUses').mockResolvedValue([use, { ...use, id: 'p2', lastMs: 2 ** 53 - 1 }]);
    await press('nav-profiles');
    await until(() => expect(all('profile-used')).toHaveLength(2));
    const text = all('profile-used').map((row) => row.textContent!.replace(/\s+/g, ' ').trim());
    expect(text).toEqual(Array(2).fill('This month ↓ 7 B ↑ 5 B Used now'));
  });

  test('that cannot be asked for is said, and the list is there all the same', async () => {
    const { fake, press, all, container, until } = await open('off', 'home');
    vi.spyOn(fake, 'profileUses').mockRejectedValue('it ended');
    await press('nav-profiles');
    await until(() => expect(container.textContent).toContain('it ended'));
    expect(all('profile-row')).toHaveLength(3);
  });
});
