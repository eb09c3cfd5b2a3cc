import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

const members = (rows: HTMLElement[]) => rows.map((row) => row.querySelector('bdi')?.textContent);

describe('groups', () => {
  test('say what they are for while there is none', async () => {
    const { container } = await open('on', 'profiles');
    expect(container.textContent).toContain('A group stands for several servers');
  });

  test('show which member is used, how each is, and why it changed', async () => {
    const { container, text, all } = await open('groups', 'profiles');
    expect(all('group-row')[0]!.getAttribute('aria-current')).toBe('true');
    expect(text('group-row')[0]).toContain('Fallback: The first server that works');
    expect(text('group-member').slice(0, 3)).toEqual(['Tokyo', 'Frankfurt 84 ms used now', 'Built-in server']);
    expect(container.querySelector('[aria-label="does not work"]')).not.toBeNull();
    expect(text('group-changed')[0]).toMatch(/^Frankfurt since \d\d:\d\d, in place of Tokyo, because the one before does not work\.$/);
    expect(text('group-row')[2]).toContain('No member is left');
  });

  test('are used at a press', async () => {
    const { fake, all, until } = await open('groups', 'profiles');
    await fireEvent.click(all('group-use')[0]!);
    await until(() => expect(all('group-row')[1]!.getAttribute('aria-current')).toBe('true'));
    expect(fake.sent).toEqual([{ kind: 'selectGroup', id: 'g2' }]);
    expect((all('group-use')[1] as HTMLButtonElement).disabled).toBe(true);
  });

  test('are deleted only after asking', async () => {
    const { fake, press, all, until } = await open('groups', 'profiles');
    await press('group-delete');
    expect(fake.sent).toEqual([]);
    await press('group-delete-sure');
    await until(() => expect(all('group-row')).toHaveLength(2));
    expect(fake.sent).toEqual([{ kind: 'deleteGroup', id: 'g1' }]);
  });
});

describe('the editor of a group', () => {
  test('saves a new one, its members in order', async () => {
    const { fake, press, type, find, all, text, until } = await open('on', 'profiles');
    await press('add-group');
    await type('group-name', 'Both');
    const add = (await find('member-add')) as HTMLSelectElement;
    await fireEvent.change(add, { target: { value: 'p2' } });
    await press('member-add-all');
    await until(() => expect(members(all('member'))).toEqual(['Frankfurt', 'Tokyo', 'Built-in server']));
    await fireEvent.click(all('member-remove')[2]!);
    await press('group-save');
    await until(() => expect(text('group-row')[0]).toContain('Both'));
    const draft = { id: null, name: 'Both', policy: 'fallback', members: ['p2', 'p1'], fixed: null, dwellS: 60 };
    expect(fake.sent).toEqual([{ kind: 'saveGroup', draft }]);
  });

  test('says in one line what each way of choosing does', async () => {
    const { press, find, text, has, until } = await open('groups', 'profiles');
    await press('group-edit');
    expect(text('group-about')).toEqual(['The first server that works; back to an earlier one when that works again.']);
    expect(has('group-dwell')).toBe(true);
    await fireEvent.click((await find('group-policy-fixed')).querySelector('input')!);
    await until(() => expect(text('group-about')[0]).toContain('that you choose'));
    expect([has('group-fixed'), has('group-dwell')]).toEqual([true, false]);
  });

  test('puts members in order by keys, which keep the focus and say where it went', async () => {
    const { container, all, press, until } = await open('groups', 'profiles');
    await press('group-edit');
    const grip = all('member-grip')[0]!;
    grip.focus();
    await fireEvent.keyDown(grip, { key: 'ArrowDown' });
    await until(() => expect(members(all('member'))).toEqual(['Frankfurt', 'Tokyo', 'Built-in server']));
    expect(container.textContent).toContain('Tokyo is now 2 of 3.');
    await until(() => expect(document.activeElement).toBe(all('member-grip')[1]));
  });

  test('puts members in order by dragging', async () => {
    const { all, press, until } = await open('groups', 'profiles');
    await press('group-edit');
    await fireEvent.pointerDown(all('member-grip')[2]!, { button: 0, clientY: 110 });
    // Without a layout every row is at 0, so this is above all of them.
    await fireEvent.pointerMove(window, { clientY: -5 });
    await fireEvent.pointerUp(window);
    await until(() => expect(members(all('member'))).toEqual(['Built-in server', 'Tokyo', 'Frankfurt']));
  });

  test('keeps a time that is not among the usual ones', async () => {
    const { all, find } = await open('groups', 'profiles');
    await fireEvent.click(all('group-edit')[1]!);
    expect(((await find('group-dwell')) as HTMLSelectElement).value).toBe('45');
  });

  test('needs a member, and says so where one is added', async () => {
    const { fake, press, find, container, until } = await open('on', 'profiles');
    await press('add-group');
    await press('group-save');
    await until(() => expect(container.textContent).toContain('A group needs a member: choose one here.'));
    await until(async () => expect(document.activeElement).toBe(await find('member-add')));
    expect(fake.sent).toEqual([]);
  });

  test('asks before changes are lost', async () => {
    const { press, type, has, until } = await open('groups', 'profiles');
    await press('group-edit');
    await type('group-name', 'Away');
    await press('nav-home');
    await until(() => expect(has('leave-discard')).toBe(true));
    await press('leave-discard');
    await until(() => expect(has('switch')).toBe(true));
  });
});
