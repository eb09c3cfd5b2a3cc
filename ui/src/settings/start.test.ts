import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

const box = async (find: (id: string) => Promise<HTMLElement>, id: string) => (await find(id)) as HTMLInputElement;

describe('the start', () => {
  test('at login is asked of the desktop, and switched on and off', async () => {
    const { fake, find, press, until } = await open('off', 'settings');
    expect((await box(find, 'start-login')).checked).toBe(false);
    (await find('start-login')).focus();
    await press('start-login');
    await until(() => expect(fake.atLogin).toEqual({ kind: 'on' }));
    // Whoever pressed it by keys presses it again.
    expect(document.activeElement).toBe(await find('start-login'));
    await until(async () => expect((await box(find, 'start-login')).checked).toBe(true));
    await press('start-login');
    await until(() => expect(fake.atLogin).toEqual({ kind: 'off' }));
  });

  test('at login that could not be changed is said, and the box shows what is', async () => {
    const { fake, find, text, press, until } = await open('off', 'settings');
    fake.setLoginStart = () => Promise.resolve({ kind: 'failed', cause: 'Read-only file system' });
    await press('start-login');
    await until(() => expect(text('start-login-failed')[0]).toContain('Read-only file system'));
    expect((await box(find, 'start-login')).checked).toBe(false);
    fake.setLoginStart = () => Promise.reject(new Error('gone'));
    await press('start-login');
    await until(async () => expect((await box(find, 'start-login')).checked).toBe(false));
  });

  test('at login is not offered where the system knows no such thing', async () => {
    const { fake, press, has, find } = await open('off', 'home');
    fake.atLogin = { kind: 'notHere' };
    await press('nav-settings');
    await find('start-notify');
    expect(has('start-login')).toBe(false);
  });

  test('says when it is on again, and what that means', async () => {
    const { fake, find, press, text, until } = await open('off', 'settings');
    await until(() => expect(text('start-about')[0]).toContain('at login'));
    const always = (await find('start-always')).querySelector('input')!;
    always.click();
    await until(() => expect(text('start-about')[0]).toContain('after a crash'));
    await press('start-notify');
    await until(async () => expect((await box(find, 'start-notify')).checked).toBe(false));
    expect(fake.sent).toEqual([
      { kind: 'setOnAtStart', when: 'always' },
      { kind: 'setNotify', notify: false },
    ]);
  });
});
