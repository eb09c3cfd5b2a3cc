import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';

const names = (rows: HTMLElement[]) => rows.map((row) => row.querySelector('.name')?.firstElementChild?.textContent);
const screen = (scene: Parameters<typeof open>[0] = 'off') => open(scene, 'profiles');

describe('the list', () => {
  test('marks the active and the built-in one', async () => {
    const { text } = await screen();
    expect(text('profile-row')).toEqual([
      expect.stringMatching(/Tokyo in use tk1\.example\.net:8388 aes-256-gcm/),
      expect.stringMatching(/Frankfurt 203\.0\.113\.40:443 2022-blake3-aes-256-gcm/),
      expect.stringMatching(/Built-in server built in/),
    ]);
  });

  test('uses another one at a press', async () => {
    const { all, until } = await screen();
    await fireEvent.click(all('profile-use')[0]!);
    await until(() => expect(all('profile-row')[1]!.getAttribute('aria-current')).toBe('true'));
    expect(all('profile-row')[0]!.hasAttribute('aria-current')).toBe(false);
  });

  test('is put in order by keys, which keep the focus and say where it went', async () => {
    const { all, container, until } = await screen();
    const grip = all('profile-grip')[0]!;
    grip.focus();
    await fireEvent.keyDown(grip, { key: 'ArrowDown' });
    await until(() => expect(names(all('profile-row'))).toEqual(['Frankfurt', 'Tokyo', 'Built-in server']));
    await until(() => expect(container.textContent).toContain('Tokyo is now 2 of 3.'));
    expect(document.activeElement).toBe(all('profile-grip')[1]);
  });

  test('draws many profiles two hundred at a time', async () => {
    const { fake, all, has, press, text, until } = await screen();
    const links = Array.from({ length: 400 }, (_, i) => `ss://YWVzLTI1Ni1nY206c2VjcmV0@h${i}.example:8388#n${i}`);
    const { id } = await fake.previewImport(links.join('\n'));
    await fake.send({ kind: 'import', id, leaveOut: [] });
    await until(() => expect(all('profile-row')).toHaveLength(200));
    expect(text('profiles-more')).toEqual(['Show 200 more of 403']);
    // What goes behind those that are drawn leaves the focus to the one that stands there now.
    const grip = all('profile-grip')[3]!;
    grip.focus();
    await fireEvent.keyDown(grip, { key: 'End' });
    await until(() => expect(names(all('profile-row'))[3]).toBe('n1'));
    await until(() => expect(document.activeElement).toBe(all('profile-grip')[3]));
    await press('profiles-more');
    await until(() => expect(all('profile-row')).toHaveLength(400));
    await press('profiles-more');
    await until(() => expect(has('profiles-more')).toBe(false));
    expect(names(all('profile-row')).at(-1)).toBe('n0');
    expect(document.activeElement).toBe(all('profile-grip')[400]);
  }, 20_000);

  test('is put in order by dragging, also when the pointer leaves the handle', async () => {
    const { fake, all, until } = await screen();
    // jsdom lays nothing out: every row is 50 high.
    const box = vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockImplementation(function (this: HTMLElement) {
      return new DOMRect(0, [...(this.parentElement?.children ?? [])].indexOf(this) * 50, 100, 50);
    });
    await fireEvent.pointerDown(all('profile-grip')[2]!, { button: 0, clientY: 110 });
    await fireEvent.pointerMove(window, { clientY: 60 });
    await fireEvent.pointerMove(window, { clientY: 5 });
    expect(names(all('profile-row'))[0]).toBe('Built-in server');
    expect(fake.sent).toEqual([]);
    await fireEvent.pointerUp(window);
    await until(() => expect(fake.sent).toEqual([{ kind: 'moveProfile', id: 'p3', to: 0 }]));
    await until(() => expect(all('profile-row').some((row) => row.classList.contains('dragged'))).toBe(false));
    await fireEvent.pointerMove(window, { clientY: 140 });
    expect(names(all('profile-row'))).toEqual(['Built-in server', 'Tokyo', 'Frankfurt']);
    box.mockRestore();
  });

  test('stays in its place when a drag is called off', async () => {
    const { fake, all, until } = await screen();
    const before = names(all('profile-row'));
    await fireEvent.pointerDown(all('profile-grip')[2]!, { button: 0, clientY: 110 });
    // Without a layout every row is at 0, so this is above all of them.
    await fireEvent.pointerMove(window, { clientY: -5 });
    await until(() => expect(names(all('profile-row'))).not.toEqual(before));
    await fireEvent.pointerCancel(window);
    await until(() => expect(names(all('profile-row'))).toEqual(before));
    expect(fake.sent).toEqual([]);
  });

  test('gives a deleted one back where it stood', async () => {
    const { all, press, text, has, until } = await screen();
    await fireEvent.click(all('profile-delete')[1]!);
    await until(() => expect(names(all('profile-row'))).toEqual(['Tokyo', 'Built-in server']));
    expect(text('undo-line')[0]).toContain('Deleted Frankfurt.');
    await press('undo');
    await until(() => expect(names(all('profile-row'))).toEqual(['Tokyo', 'Frankfurt', 'Built-in server']));
    expect(has('undo')).toBe(false);
  });
});

describe('the editor', () => {
  test('saves a new profile', async () => {
    const { press, type, find, all, until } = await screen();
    await press('add-profile');
    await type('editor-name', 'Oslo');
    await type('editor-server', 'oslo.example.net');
    await type('editor-port', '8388');
    await fireEvent.change(await find('editor-method'), { target: { value: 'aes-256-gcm' } });
    await type('editor-password', 'secret');
    await press('editor-save');
    await until(() => expect(names(all('profile-row'))).toContain('Oslo'));
  });

  test('says what is wrong as it is typed, and does not save it', async () => {
    const { fake, press, type, find, until } = await screen();
    await press('add-profile');
    await type('editor-port', '0');
    await until(async () => expect((await find('editor-port')).getAttribute('aria-invalid')).toBe('true'));
    const said = document.getElementById((await find('editor-port')).getAttribute('aria-describedby')!);
    expect(said?.textContent).toBe('From 1 to 65535.');
    await press('editor-save');
    await until(async () => expect(document.activeElement).toBe(await find('editor-server')));
    expect(fake.sent).toEqual([]);
  });

  test('a key of the wrong length names both lengths', async () => {
    const { press, type, container, until } = await screen();
    await press('add-profile');
    await type('editor-password', 'AAAAAAAAAAAAAAAAAAAAAA==');
    await until(() => expect(container.textContent).toContain('This method needs a key of 32 bytes; this one has 16.'));
  });

  test('hides the password until asked, and saves without it when it was not touched', async () => {
    const { fake, all, press, type, find, value, until } = await screen();
    await fireEvent.click(all('profile-edit')[0]!);
    const password = (await find('editor-password')) as HTMLInputElement;
    expect([password.type, password.value]).toEqual(['password', '']);
    await press('editor-reveal');
    await until(() => expect([password.type, password.value]).toEqual(['text', 'c29tZSBrZXkgb2YganVzdCAzMiBieXRlcywgZmluZSE=']));
    await type('editor-name', 'Kyoto');
    expect(await value('editor-name')).toBe('Kyoto');
    await press('editor-save');
    await until(() => expect(names(all('profile-row'))[0]).toBe('Kyoto'));
    expect(fake.sent[0]).toMatchObject({ kind: 'saveProfile', draft: { id: 'p1', password: null } });
  });
});

test('a plugin is entered by name, and only then asked for options', async () => {
  const { fake, all, press, type, has, container, until } = await screen();
  await fireEvent.click(all('profile-edit')[0]!);
  await until(() => expect(has('editor-plugin')).toBe(true));
  expect(has('editor-pluginOpts')).toBe(false);
  await type('editor-plugin', './obfs-local');
  await until(() => expect(container.textContent).toContain('or its whole path'));
  await type('editor-plugin', 'obfs-local');
  await type('editor-pluginOpts', 'obfs=http');
  await press('editor-save');
  await until(() => expect(fake.sent.length).toBe(1));
  expect(fake.sent[0]).toMatchObject({ draft: { plugin: 'obfs-local', pluginOpts: 'obfs=http' } });
});

test('of the built-in server only name and notes can be edited', async () => {
  const { fake, all, press, type, has, until } = await screen();
  await fireEvent.click(all('profile-edit')[2]!);
  await type('editor-name', 'Practice');
  expect([has('editor-notes'), has('editor-server'), has('editor-password')]).toEqual([true, false, false]);
  await press('editor-save');
  await until(() => expect(names(all('profile-row'))[2]).toBe('Practice'));
  expect(fake.sent).toHaveLength(1);
});

test('the built-in server without a name of its own is called what it is', async () => {
  const { all, press, type, until } = await screen();
  await fireEvent.click(all('profile-edit')[2]!);
  await type('editor-name', '');
  await press('editor-save');
  await until(() => expect(names(all('profile-row'))[2]).toBe('Built-in server'));
});

describe('changes that are not saved', () => {
  async function changed() {
    const window = await screen();
    await fireEvent.click(window.all('profile-edit')[0]!);
    await window.type('editor-name', 'Kyoto');
    return window;
  }

  test.each(['nav-home', 'nav-profiles', 'editor-back'])('are asked about when %s is pressed', async (way) => {
    const { fake, press, has, value } = await changed();
    await press(way);
    await press('leave-stay');
    expect(has('leave-stay')).toBe(false);
    expect(await value('editor-name')).toBe('Kyoto');
    expect(fake.sent).toEqual([]);
  });

  test('can be discarded', async () => {
    const { fake, press, has, until } = await changed();
    await press('nav-home');
    await press('leave-discard');
    await until(() => expect(has('switch')).toBe(true));
    expect(fake.sent).toEqual([]);
  });

  test('can be saved on the way out', async () => {
    const { fake, press, has, until } = await changed();
    await press('nav-home');
    await press('leave-save');
    await until(() => expect(has('switch')).toBe(true));
    expect(fake.sent).toMatchObject([{ kind: 'saveProfile', draft: { name: 'Kyoto' } }]);
  });

  test('that the app would not take keep the editor open', async () => {
    const { fake, press, type, find, until, has } = await changed();
    await type('editor-port', 'x');
    await press('nav-home');
    await press('leave-save');
    await until(async () => expect(document.activeElement).toBe(await find('editor-port')));
    expect([has('switch'), fake.sent]).toEqual([false, []]);
  });

  test('hold the window open until it is decided', async () => {
    const { fake, press, until } = await changed();
    fake.pressClose();
    expect(fake.ended).toBe('no');
    await press('leave-discard');
    await until(() => expect(fake.ended).toBe('closed'));
  });

  test('do not ask when there are none', async () => {
    const { fake, all, press, has, until } = await screen();
    await fireEvent.click(all('profile-edit')[0]!);
    await press('nav-home');
    await until(() => expect(has('switch')).toBe(true));
    fake.pressClose();
    expect(fake.ended).toBe('closed');
  });
});
