import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { sceneNames } from '../src/backend/fake/scene';
import { axeFaults } from './axe';
import { walkFaults } from './keys';
import { layoutFaults } from './layout';
import { shots } from './shots';
import { settled, sizes, Tabs, WHOLE } from './tabs';

const tabs = new Tabs();
afterAll(() => tabs.end());

async function faultsOf(page: Page, walk: boolean): Promise<string[]> {
  const faults: string[] = [];
  const found = (how: string, some: string[]) => faults.push(...some.map((fault) => `${how}: ${fault}`));
  await page.setViewportSize(WHOLE);
  await settled(page);
  found('light', await axeFaults(page, 'all'));
  await page.emulateMedia({ colorScheme: 'dark' });
  found('dark', await axeFaults(page, 'contrast'));
  for (const [size, pixels] of Object.entries(sizes)) {
    await page.setViewportSize(pixels);
    found(size, await page.evaluate(layoutFaults));
  }
  if (walk) found('by Tab', await walkFaults(page));
  await page.evaluate(() => (document.documentElement.dir = 'rtl'));
  found('right to left', await page.evaluate(layoutFaults));
  return faults;
}

describe.concurrent('nothing bars anybody from', () => {
  test.each(shots)('$name', ({ scene, screen, steps, long = false }) =>
    tabs.on(scene, screen, async (page) => {
      for (const step of steps) await step(page);
      expect(await faultsOf(page, !long)).toEqual([]);
    }),
  );
});

test('every scene is shown', () => {
  expect(sceneNames.filter((name) => !shots.some(({ scene }) => scene === name))).toEqual([]);
});
