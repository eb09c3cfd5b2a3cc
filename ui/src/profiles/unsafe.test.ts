import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

describe('an unsafe method', () => {
  test('is not used before the user has said yes, and is called unsafe on the way', async () => {
    const { press, text, fake, until } = await open('unsafe');
    expect(text('problem')[0]).toContain('This profile is unsafe: with its old method aes-256-cfb');
    expect(text('path-unsafe')[0]).toBe('unsafe method');
    await press('problem-action');
    await until(() => expect(text('state-text')[0]).toBe('On'));
    expect(fake.sent).toEqual([{ kind: 'approveLegacy', id: 'p1', method: 'aes-256-cfb' }]);
    expect(text('head-unsafe')[0]).toContain('unsafe');
  });

  test('is called so in the list, and a safe one is not', async () => {
    const { text } = await open('unsafe', 'profiles');
    expect(text('profile-unsafe')).toEqual(['unsafe']);
    expect(text('profile-row')[0]).toContain('aes-256-cfb unsafe');
  });

  test('is called so among pasted links', async () => {
    const { press, type, text, until } = await open('off', 'profiles');
    await press('import');
    await type('links-text', 'ss://rc4-md5:x@old.example.net:8388');
    await until(() => expect(text('link-added')[0]).toContain('unsafe method: Parasol asks you before it is used'));
  });

  test('stands behind the safe ones in the picker, with what is wrong with it', async () => {
    const { press, find, container, has, until } = await open('off', 'profiles');
    await press('add-profile');
    const picker = (await find('editor-method')) as HTMLSelectElement;
    const names = [...picker.options].map((option) => option.textContent?.trim() ?? '');
    const firstUnsafe = names.findIndex((name) => name.endsWith('(unsafe)'));
    expect(firstUnsafe).toBe(8);
    expect(names.slice(firstUnsafe).every((name) => name.endsWith('(unsafe)'))).toBe(true);
    expect(has('editor-ota')).toBe(false);
    await fireEvent.change(picker, { target: { value: 'none' } });
    await until(() => expect(container.textContent).toContain('Unsafe: it encrypts nothing.'));
    expect(has('editor-ota')).toBe(false);
    await fireEvent.change(picker, { target: { value: 'aes-256-cfb' } });
    await until(() => expect(has('editor-ota')).toBe(true));
  });

  test('is saved with its one-time authentication, and another one must be approved anew', async () => {
    const { all, press, find, fake, until } = await open('unsafeon', 'profiles');
    await fireEvent.click(all('profile-edit')[0]!);
    expect(((await find('editor-ota')) as HTMLInputElement).checked).toBe(true);
    await press('editor-ota');
    await fireEvent.change(await find('editor-method'), { target: { value: 'aes-128-cfb' } });
    await press('editor-save');
    await until(() => expect(fake.sent).toHaveLength(1));
    expect(fake.sent[0]).toMatchObject({ kind: 'saveProfile', draft: { method: 'aes-128-cfb', oneTimeAuth: false } });
    expect((await fake.state()).profiles[0]).toMatchObject({ legacy: true, legacyApproved: false, oneTimeAuth: false });
  });
});
