import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import type { SceneName } from '../src/backend/fake/scene';
import type { Code } from '../src/text/languages';

/** The window on a desktop, and as small as it can be made. At 200 % it has half as many pixels of the page's own. */
export const USUAL = { width: 900, height: 620 };
export const SMALL = { width: 640, height: 480 };
/** So high that nothing is scrolled away, and axe looks at everything. */
export const WHOLE = { width: 900, height: 2400 };
const half = ({ width, height }: typeof USUAL) => ({ width: width / 2, height: height / 2 });
export const sizes = { '900 × 620': USUAL, '900 × 620 at 200 %': half(USUAL), '640 × 480 at 200 %': half(SMALL), '640 × 480': SMALL };

/** Monday noon. It stands still, so that every figure is the same each time. */
const NOW = new Date('2026-05-25T12:00:00Z');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Tabs of the browser, which are used again: a new one takes longer than a new page in it. */
export class Tabs {
  readonly #options: BrowserContextOptions;
  #browser: Promise<Browser> | undefined;
  #free: Page[] = [];
  #shown = 0;

  constructor(options: BrowserContextOptions = {}) {
    this.#options = options;
  }

  /** Does it on a page of its own, which shows a scene. What the page throws, or says as an error, is thrown at the end. */
  async on(scene: SceneName, screen: string, work: (page: Page) => Promise<void>, language: Code = 'en') {
    const page = this.#free.pop() ?? (await this.#new());
    const errors: string[] = [];
    page.removeAllListeners('pageerror');
    page.on('pageerror', (error) => errors.push(String(error)));
    try {
      await page.setViewportSize(USUAL);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      // The number is for the browser, which would not load a page anew for another hash alone.
      await page.goto(`${inject('address')}?scene=${scene}&language=${language}&shown=${++this.#shown}#${screen}`);
      await page.getByTestId('nav-home').waitFor();
      await settled(page);
      await work(page);
    } catch (error) {
      await page.context().close();
      throw error;
    }
    this.#free.push(page);
    if (errors.length) throw new Error(errors.join('\n'));
  }

  async end() {
    await (await this.#browser)?.close();
  }

  async #new(): Promise<Page> {
    this.#browser ??= chromium.connect(inject('browser'));
    // Each in a window of its own, or all but one would be hidden and stand still.
    const context = await (await this.#browser).newContext({ locale: 'en-GB', timezoneId: 'UTC', ...this.#options });
    context.setDefaultTimeout(10_000);
    await context.clock.setFixedTime(NOW);
    await context.addInitScript(AXE);
    return context.newPage();
  }
}

/** Waits until everything is there and drawn. */
export async function settled(page: Page) {
  await page.waitForFunction(() => [...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('canvas')));
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
}
