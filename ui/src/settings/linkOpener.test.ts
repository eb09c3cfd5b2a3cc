import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

describe('who opens links', () => {
  test('is said, and changed and changed back at a press', async () => {
    const { fake, text, press, until } = await open('off', 'settings');
    await until(() => expect(text('links-opener')[0]).toContain('do not open this Parasol'));
    await press('links-take');
    await until(() => expect(text('links-opener')[0]).toContain('opens Parasol'));
    expect(fake.opener).toEqual({ kind: 'ours' });
    await press('links-leave');
    await until(() => expect(fake.opener).toEqual({ kind: 'others' }));
  });

  test('is said to have failed, with the cause', async () => {
    const { fake, text, press, until } = await open('off', 'settings');
    fake.setLinkOpener = () => Promise.resolve({ kind: 'failed', cause: 'Read-only file system' });
    await press('links-take');
    await until(() => expect(text('links-opener')[0]).toContain('Read-only file system'));
  });

  test('is not offered where it is up to the package', async () => {
    const { fake, press, has, find } = await open('off', 'home');
    fake.opener = { kind: 'notHere' };
    await press('nav-settings');
    await find('backup-make');
    expect([has('links-take'), has('links-leave')]).toEqual([false, false]);
  });
});
