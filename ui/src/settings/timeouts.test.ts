import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { seconds } from '../state/timeouts.svelte';
import { open } from '../test/screen';

describe('timeouts', () => {
  test('are shown, and set all at once', async () => {
    const { fake, find, has, press, text, type, until } = await open('on', 'settings');
    await until(() => expect(text('timeouts')[0]).toContain('Idle 300 s'));
    await press('timeouts-change');
    await type('timeout-idle', '7200');
    await type('timeout-connect', ' ۲۰ ');
    await press('timeouts-save');
    await until(() => expect(has('timeouts-save')).toBe(false));
    const timeouts = { handshake: 10, resolve: 10, connect: 20, firstByte: 60, idle: 7200, halfClosed: 60 };
    expect(fake.sent).toEqual([{ kind: 'setTimeouts', timeouts }]);
    expect(text('timeouts')[0]).toContain('Idle 7,200 s');
    expect(await find('timeouts-change')).toBeTruthy();
  });

  test('that are none are said to be so, and not sent', async () => {
    const { fake, find, has, press, type, until } = await open('on', 'settings');
    await press('timeouts-change');
    await type('timeout-idle', '0');
    const field = await find('timeout-idle');
    await until(() => expect(field.getAttribute('aria-invalid')).toBe('true'));
    expect(document.getElementById(field.getAttribute('aria-describedby')!)?.textContent).toBe('A whole number from 1 to 604,800');
    await press('timeouts-save');
    await until(() => expect(document.activeElement).toBe(field));
    expect([fake.sent, has('timeouts-save')]).toEqual([[], true]);
    await press('timeouts-cancel');
    await until(() => expect(has('timeouts-save')).toBe(false));
  });

  test('are sent by Enter, and left as they were by Escape', async () => {
    const { container, fake, find, has, press, type, until } = await open('on', 'settings');
    await press('timeouts-change');
    await type('timeout-idle', '900');
    await fireEvent(container.querySelector('dialog')!, new Event('cancel', { cancelable: true }));
    await until(() => expect(has('timeout-idle')).toBe(false));
    expect(fake.sent).toEqual([]);
    await press('timeouts-change');
    expect(((await find('timeout-idle')) as HTMLInputElement).value).toBe('300');
    await type('timeout-idle', '900');
    await fireEvent.submit(container.querySelector('dialog form')!);
    await until(() => expect(fake.sent).toMatchObject([{ kind: 'setTimeouts', timeouts: { idle: 900 } }]));
  });

  test.each([
    ['1', 1],
    ['604800', 604_800],
    ['7,200', 7200],
    ['86\u00a0400', 86_400],
    ['۷٬۲۰۰', 7200],
    ['３００', 300],
    [' 007 ', 7],
    ['٣٠', 30],
    ['', undefined],
    ['0', undefined],
    ['604801', undefined],
    ['1,5', undefined],
    ['1,2345', undefined],
    ['1.5', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['9'.repeat(400), undefined],
    ['five', undefined],
  ])('%o are %o seconds', (typed, expected) => expect(seconds(typed, 604_800)).toBe(expected));
});
