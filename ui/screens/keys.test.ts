import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { walkFaults } from './keys';
import { press, questions } from './shots';
import { settled, Tabs } from './tabs';

const tabs = new Tabs();
afterAll(() => tabs.end());

/** The test id of what has the focus; `body` when nothing has. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.tagName.toLowerCase());
const inDialog = (page: Page) => page.evaluate(() => document.activeElement?.closest('dialog') !== null || document.activeElement === document.body);

/** By the keyboard alone. */
async function enter(page: Page, id: string, at = 0) {
  await page.getByTestId(id).nth(at).focus();
  await page.keyboard.press('Enter');
}

describe.concurrent('a question', () => {
  test.each(questions)('$shot.name: keeps the focus, and gives it back', async ({ shot, opener, at, steps = [] }) => {
    await tabs.on(shot.scene, shot.screen, async (page) => {
      for (const step of shot.steps) await step(page);
      await enter(page, opener, at);
      const dialog = page.locator('dialog[open]');
      await dialog.waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
      for (const step of steps) await step(page);
      await settled(page);
      expect(await walkFaults(page)).toEqual([]);
      // Round and round, and the other way: never out of it.
      for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
        await page.keyboard.press(key);
        expect(await inDialog(page)).toBe(true);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await focused(page)).toBe(opener);
    });
  });
});

describe.concurrent('the focus is never lost', () => {
  /** What is pressed, what is pressed then, and what has the focus at the end. */
  const cases: [string, 'on' | 'failed' | 'many' | 'notices' | 'ports' | 'groups' | 'lists', string, (page: Page) => Promise<unknown>, string][] = [
    ['a port is not changed after all', 'on', 'home', async (page) => (await enter(page, 'change-port'), await page.keyboard.press('Escape')), 'change-port'],
    ['a port is changed', 'on', 'home', async (page) => (await enter(page, 'change-port'), await page.keyboard.type('3128'), await page.keyboard.press('Enter')), 'change-port'],
    ['a notice is dismissed', 'notices', 'home', (page) => enter(page, 'notice-dismiss', 1), 'notice-dismiss'],
    ['the last notice is dismissed', 'notices', 'home', async (page) => { for (let n = await page.getByTestId('notice').count(); n > 0; n--) await enter(page, 'notice-dismiss'); }, 'main'],
    ['the undo line is dismissed', 'notices', 'profiles', (page) => enter(page, 'undo-line-dismiss'), 'main'],
    ['a profile is deleted', 'on', 'profiles', (page) => enter(page, 'profile-delete'), 'profile-delete'],
    ['a port is deleted', 'ports', 'settings', async (page) => (await enter(page, 'port-delete'), await enter(page, 'port-delete-sure')), 'port-delete'],
    ['a group is deleted', 'groups', 'profiles', async (page) => (await enter(page, 'group-delete'), await enter(page, 'group-delete-sure')), 'group-delete'],
    ['a problem is mended', 'failed', 'home', (page) => enter(page, 'problem-action'), 'main'],
    ['an editor is left', 'on', 'profiles', async (page) => (await enter(page, 'profile-edit'), await enter(page, 'editor-back')), 'main'],
  ];
  test.each(cases)('when %s', async (_, scene, screen, work, then) => {
    await tabs.on(scene, screen, async (page) => {
      await work(page);
      await settled(page);
      expect(await focused(page)).toBe(then);
    });
  });

  test.each([
    ['the first start', 'empty', 'home', []],
    ['the import', 'on', 'profiles', [press('import')]],
  ] as const)('%s begins where it is typed into', async (_, scene, screen, steps) => {
    await tabs.on(scene, screen, async (page) => {
      for (const step of steps) await step(page);
      await settled(page);
      expect(await focused(page)).toBe('links-text');
    });
  });

  test('when all that timed out is shown, it goes to the first that was not', async () => {
    await tabs.on('many', 'home', async (page) => {
      await enter(page, 'given-up-all');
      await settled(page);
      expect(await page.evaluate(() => [...document.querySelectorAll('[data-testid="given-up-row"]')].indexOf(document.activeElement!))).toBe(6);
    });
  });
});

describe.concurrent('what changes is told to those who do not see it', () => {
  /** What is done, and what is said of it. */
  const cases: [string, 'on' | 'off' | 'lists', string, ((page: Page) => Promise<unknown>)[], RegExp][] = [
    ['switched on', 'off', 'home', [press('switch')], /^On$/],
    ['a profile deleted', 'on', 'profiles', [press('profile-delete')], /Deleted Tokyo/],
    ['servers imported', 'on', 'profiles', [press('import'), press('look-at-screen'), press('links-add')], /Added 1 profile/],
    ['a server tested', 'on', 'profiles', [press('profile-edit'), press('profile-test-run')], /works/i],
    ['a profile copied', 'on', 'profiles', [press('profile-share'), press('share-copy')], /copied/i],
    ['a backup made', 'on', 'settings', [press('backup-make'), press('backup-save')], /parasol\.age/],
  ];
  test.each(cases)('%s', async (_, scene, screen, steps, said) => {
    await tabs.on(scene, screen, async (page) => {
      const last = steps.length - 1;
      for (const step of steps.slice(0, last)) await step(page);
      await settled(page);
      // A region that comes together with its text is not read by all: it must have been there before.
      await page.evaluate(() => {
        for (const region of document.querySelectorAll('[role="status"], [aria-live="polite"]')) {
          if (region.checkVisibility()) region.setAttribute('data-was-there', '');
        }
      });
      await steps[last]!(page);
      await page.locator('[data-was-there]').filter({ hasText: said }).first().waitFor();
    });
  });
});

describe('motion', () => {
  const moving = async (page: Page) => {
    await press('switch')(page);
    return page.evaluate(() => document.getAnimations().length);
  };
  test('there is none where it is not wanted', async () => {
    await tabs.on('off', 'home', async (page) => expect(await moving(page)).toBe(0));
  });
  test('there is a little otherwise', async () => {
    await tabs.on('off', 'home', async (page) => {
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      // It lasts for a moment only; so it is looked for in the same breath.
      const count = await page.evaluate(() => {
        document.querySelector<HTMLElement>('[data-testid="switch"]')!.click();
        return new Promise<number>((done) => requestAnimationFrame(() => done(document.getAnimations().length)));
      });
      expect(count).toBeGreaterThan(0);
    });
  });
});
