import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** What Tab should come to, in the order of the page. */
    expected: Element[];
  }
}

/** Takes stock of what Tab should come to; how many that are. In the page that is `window.expected`. */
async function expect(page: Page): Promise<number> {
  return page.evaluate(() => {
    const top = document.querySelector('dialog[open]') ?? document.body;
    const all = [...top.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], summary, [tabindex="0"]')];
    const reachable = all.filter((one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.checkVisibility({ visibilityProperty: true }));
    // Of radio buttons with one name there is one stop: the chosen one, or the first.
    const stop = (radio: HTMLInputElement) => {
      const group = reachable.filter((other) => other instanceof HTMLInputElement && other.type === 'radio' && other.name === radio.name) as HTMLInputElement[];
      return group.find(({ checked }) => checked) ?? group[0];
    };
    window.expected = reachable.filter((one) => !(one instanceof HTMLInputElement && one.type === 'radio') || stop(one) === one);
    return window.expected.length;
  });
}

/** Where the focus is, and what is wrong with how it shows. */
function look(): { at: number; fault: string | undefined } {
  const focused = document.activeElement;
  const at = focused ? window.expected.indexOf(focused) : -1;
  if (!focused || at < 0) return { at, fault: undefined };
  const called = `<${focused.tagName.toLowerCase()} ${focused.getAttribute('data-testid') ?? focused.className}> ${focused.getAttribute('aria-label') ?? focused.textContent?.trim().slice(0, 40)}`;
  const ringed = (element: Element | null) => {
    if (!element) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  if (!ringed(focused) && !ringed(focused.closest('label'))) return { at, fault: `no ring: ${called}` };
  const { left, right, top, bottom } = focused.getBoundingClientRect();
  const room = 1;
  if (left < -room || right > innerWidth + room) return { at, fault: `out of sight: ${called}` };
  // Of what is typed into, the line with the cursor is in sight.
  const long = focused.tagName === 'TEXTAREA' || bottom - top > innerHeight / 2;
  if (!long && (top < -room || bottom > innerHeight + room)) return { at, fault: `out of sight: ${called}` };
  const clamp = (n: number, most: number) => Math.min(Math.max(n, 1), most - 1);
  const hit = document.elementFromPoint(clamp((left + right) / 2, innerWidth), clamp((top + bottom) / 2, innerHeight));
  const covered = !hit || !(focused.contains(hit) || hit.contains(focused) || focused.closest('label')?.contains(hit) || hit.closest('span')?.contains(focused));
  return { at, fault: covered ? `covered: ${called}` : undefined };
}

/** Walks once round by Tab: what was not reached, not in order, or not seen to have the focus. */
export async function walkFaults(page: Page): Promise<string[]> {
  const stops = await expect(page);
  const faults: string[] = [];
  const order: number[] = [];
  // Beyond the last there is a stop for the document, and boxes that scroll have one of their own.
  for (let press = 0; press < stops + 6 && new Set(order).size < stops; press++) {
    await page.keyboard.press('Tab');
    const { at, fault } = await page.evaluate(look);
    if (fault) faults.push(fault);
    if (at >= 0) order.push(at);
  }
  if (new Set(order).size < stops) {
    const missed = await page.evaluate(
      (order) => window.expected.filter((_, i) => !order.includes(i)).map((one) => one.outerHTML.slice(0, 120)),
      order,
    );
    faults.push(...missed.map((one) => `not reached: ${one}`));
  }
  const back = order.filter((at, i) => i > 0 && at < order[i - 1]!).length;
  if (back > 1) faults.push(`not in order: ${order.join(' ')}`);
  return [...new Set(faults)];
}
