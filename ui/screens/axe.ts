import type axe from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** What axe finds in the page as it stands: each rule that is broken, with where. Contrast alone, or everything. */
export async function axeFaults(page: Page, what: 'all' | 'contrast'): Promise<string[]> {
  return page.evaluate(async (what) => {
    const { violations } = await window.axe.run(document, {
      resultTypes: ['violations'],
      ...(what === 'contrast' ? { runOnly: ['color-contrast'] } : { rules: { 'target-size': { enabled: true } } }),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any, all, none }) => `${id}: ${[...any, ...all, ...none].map(({ message }) => message).join('; ')} (${html.slice(0, 160)})`),
    );
  }, what);
}
