import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { codes } from '../src/text/languages';
import { keys, press, seen } from './shots';
import { settled, SMALL, Tabs, USUAL } from './tabs';

const tabs = new Tabs();
afterAll(() => tabs.end());

/** Where the things with these test ids begin and end, from left to right. */
const edges = (page: Page, id: string) =>
  page.getByTestId(id).evaluateAll((all) =>
    all.map((one) => {
      const { left, right } = one.getBoundingClientRect();
      return { left: Math.round(left), right: Math.round(right) };
    }),
  );

/** Hints in empty fields that are longer than the field. */
const cutHints = (page: Page) =>
  page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d')!;
    return [...document.querySelectorAll<HTMLInputElement>('input[placeholder]')]
      .filter((input) => {
        const { font, paddingLeft, paddingRight } = getComputedStyle(input);
        pen.font = font;
        return pen.measureText(input.placeholder).width > input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      })
      .map(({ placeholder }) => placeholder);
  });

describe.concurrent('what belongs together is in line', () => {
  test.each(['en', 'fa'] as const)('in %s the field to search in is as wide as the rows', (language) =>
    tabs.on(
      'tested',
      'profiles',
      async (page) => {
        const [field] = await edges(page, 'profile-search');
        const rows = await edges(page, 'profile-row');
        expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(new Set([JSON.stringify(field)]));
      },
      language,
    ),
  );

  test('the timeline of a closed connection is where that of an open one is', () =>
    tabs.on('on', 'connections', async (page) => {
      const lefts = async () => [...new Set((await edges(page, 'connection-open')).map(({ left }) => left))];
      await press('which-open')(page);
      const open = await lefts();
      await press('which-closed')(page);
      expect(await lefts()).toEqual(open);
      expect(open).toHaveLength(1);
    }));
});

describe.concurrent.each(codes)('in %s hints are shorter than their fields', (language) => {
  test.each([
    ['on', 'connections'],
    ['tested', 'profiles'],
    ['on', 'log'],
    ['rules', 'rules'],
  ] as const)('%s, %s', (scene, screen) =>
    tabs.on(
      scene,
      screen,
      async (page) => {
        for (const size of [USUAL, SMALL]) {
          await page.setViewportSize(size);
          await settled(page);
          expect(await cutHints(page)).toEqual([]);
        }
      },
      language,
    ),
  );
});

describe.concurrent('among rows there is one ring', () => {
  test.each([
    ['connections', 'connections', 'connection-row'],
    ['log', 'log-lines', 'log-line'],
  ])('in %s', (screen, list, row) =>
    tabs.on('on', screen, async (page) => {
      const outline = () => page.getByTestId(list).evaluate((one) => getComputedStyle(one).outlineColor);
      await page.keyboard.press('Tab');
      await page.getByTestId(list).focus();
      expect(await outline()).not.toBe('rgba(0, 0, 0, 0)');
      await page.keyboard.press('ArrowDown');
      expect(await outline()).toBe('rgba(0, 0, 0, 0)');
      const rings = await page.getByTestId(row).evaluateAll((all) => all.filter((one) => getComputedStyle(one).boxShadow !== 'none').length);
      expect(rings).toBe(1);
    }),
  );
});

describe.concurrent('from right to left', () => {
  test('addresses of a chosen time are not turned around', () =>
    tabs.on(
      'on',
      'traffic',
      async (page) => {
        for (const step of [keys('past-chart', 'End', 'Shift+PageUp'), seen('brushed-row')]) await step(page);
        const directions = await page.locator('[data-testid="brushed-row"] td:first-child > *').evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
        expect(directions.length).toBeGreaterThan(0);
        expect(new Set(directions)).toEqual(new Set(['ltr']));
      },
      'fa',
    ));

  test('a figure stands before the time that it is of', () =>
    tabs.on(
      'on',
      'traffic',
      async (page) => {
        const [amount, time] = await page.locator('.mark bdi').first().evaluate((mark) => {
          const text = mark.firstChild!;
          const said = text.textContent!;
          const left = (begin: number) => {
            const range = document.createRange();
            range.setStart(text, begin);
            range.setEnd(text, begin + 1);
            return range.getBoundingClientRect().left;
          };
          return [left(said.search(/[۰-۹]/)), left(said.search('ثانیه'))];
        });
        expect(amount).toBeGreaterThan(time!);
      },
      'fa',
    ));
});
