/**
 * What is lost, cut off or in the way in the page as it is drawn next. It runs in the page, so all that it needs stands inside.
 *
 * Lost is a control that no scrolling brings into sight; cut off is what ends at an edge with no way to read the rest;
 * sideways is what must be scrolled from left to right.
 */
export async function layoutFaults(): Promise<string[]> {
  await new Promise((drawn) => requestAnimationFrame(drawn));
  const faults: string[] = [];
  const top = document.querySelector('dialog[open]') ?? document.body;
  const called = (element: Element) =>
    `<${element.tagName.toLowerCase()} ${element.getAttribute('data-testid') ?? element.className}> ${element.getAttribute('aria-label') ?? element.textContent?.trim().replace(/\s+/g, ' ').slice(0, 50)}`;
  const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
  const typed = (element: Element) => /^(INPUT|TEXTAREA|SELECT|OPTION|OPTGROUP)$/.test(element.tagName);
  const shown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  /** Half a pixel is how boxes are rounded, a whole one how letters hang over. */
  const SLACK = 1.5;

  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
  for (const element of top.querySelectorAll('*')) {
    const { overflowX, overflowY, clipPath } = getComputedStyle(element);
    if (typed(element) || !shown(element) || clipPath !== 'none' || element.clientWidth === 0) continue;
    const wide = element.scrollWidth > element.clientWidth + SLACK;
    const high = element.scrollHeight > element.clientHeight + SLACK;
    if (wide && scrolls(overflowX)) faults.push(`scrolls sideways: ${called(element)}`);
    // A title has the rest of what is cut off on purpose; a picture takes its new size only when it has been drawn.
    if (element.closest('[title], [aria-hidden="true"], [role="img"]')) continue;
    if (wide && (overflowX === 'hidden' || overflowX === 'clip')) faults.push(`cut off at the end: ${called(element)}`);
    if (high && (overflowY === 'hidden' || overflowY === 'clip')) faults.push(`cut off below: ${called(element)}`);
    if (high && scrolls(overflowY) && element.clientHeight < 40) faults.push(`no room to scroll in: ${called(element)}`);
  }

  const controls = [...top.querySelectorAll('button, input, select, textarea, a[href], summary, [tabindex="0"]')].filter(shown);
  for (const control of controls) {
    const { left, right, top: above, bottom } = control.getBoundingClientRect();
    const box = { left, right, above, bottom };
    for (let around = control.parentElement; around && around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const edge = around.getBoundingClientRect();
      if (scrolls(overflowY)) [box.above, box.bottom] = [edge.top, edge.bottom];
      else if (overflowY !== 'visible' && (box.above < edge.top - SLACK || box.bottom > edge.bottom + SLACK)) faults.push(`lost below: ${called(control)}`);
      if (overflowX !== 'visible' && (box.left < edge.left - SLACK || box.right > edge.right + SLACK)) faults.push(`lost at the side: ${called(control)}`);
      if (around === top) break;
    }
    if (box.left < -SLACK || box.right > innerWidth + SLACK || box.above < -SLACK || box.bottom > innerHeight + SLACK) {
      faults.push(`lost outside the window: ${called(control)}`);
    }
  }

  const fixed = (element: Element) => {
    for (let at: Element | null = element; at && at !== top; at = at.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(at).position)) return true;
    }
    return false;
  };
  /** As much of it as is not scrolled away. */
  const inSight = (control: Element) => {
    const { left, right, top: above, bottom } = control.getBoundingClientRect();
    const box = { left, right, top: above, bottom };
    for (let around = control.parentElement; around && around !== document.body; around = around.parentElement) {
      if (getComputedStyle(around).overflowY === 'visible') continue;
      const edge = around.getBoundingClientRect();
      box.top = Math.max(box.top, edge.top);
      box.bottom = Math.min(box.bottom, edge.bottom);
    }
    return box;
  };
  const boxes = controls.filter((control) => !fixed(control)).map((control) => ({ control, box: inSight(control) }));
  boxes.forEach(({ control, box }, i) => {
    for (const { control: other, box: its } of boxes.slice(i + 1)) {
      if (control.contains(other)) continue;
      const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (across > 2 && down > 2) faults.push(`one on the other: ${called(control)} and ${called(other)}`);
    }
  });
  return faults;
}
