import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { codes, languages } from '../src/text/languages';
import { axeFaults } from './axe';
import { layoutFaults } from './layout';
import { type Shot, shots } from './shots';
import { settled, sizes, Tabs, USUAL, WHOLE } from './tabs';

const tabs = new Tabs();
afterAll(() => tabs.end());

/** A folder for a picture of each, to be looked at: whether words read well no program can tell. */
const pictures = process.env.PARASOL_PICTURES;

/** Words are longer elsewhere, and some letters higher. The rest is the same in every language, and looked at in English. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.setViewportSize(WHOLE);
  await settled(page);
  const faults = await axeFaults(page, 'all');
  for (const [size, pixels] of Object.entries(sizes)) {
    await page.setViewportSize(pixels);
    faults.push(...(await page.evaluate(layoutFaults)).map((fault) => `${size}: ${fault}`));
  }
  return faults;
}

async function draw(page: Page, language: string, { name }: Shot) {
  if (!pictures) return;
  const hidden = await page.evaluate(() => {
    const main = document.querySelector('main');
    return main ? main.scrollHeight - main.clientHeight : 0;
  });
  await page.setViewportSize({ ...USUAL, height: Math.min(USUAL.height + hidden, 1600) });
  await settled(page);
  await page.screenshot({ path: join(pictures, `${language} ${name}.png`), caret: 'hide' });
  await page.setViewportSize(USUAL);
}

const others = codes.filter((code) => code !== 'en');
describe.concurrent.each(others)('in %s nothing is cut off and nobody barred', (language) => {
  test.each(shots)('$name', (shot) =>
    tabs.on(
      shot.scene,
      shot.screen,
      async (page) => {
        expect(await page.evaluate(() => document.documentElement.dir)).toBe(languages[language].direction);
        for (const step of shot.steps) await step(page);
        await draw(page, language, shot);
        expect(await faultsOf(page)).toEqual([]);
      },
      language,
    ),
  );
});
