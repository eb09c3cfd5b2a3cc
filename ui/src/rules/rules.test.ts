import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';

const screen = (scene: Parameters<typeof open>[0] = 'rules') => open(scene, 'rules');

const chosen = (element: HTMLElement) => element.querySelector('input')!.checked;

describe('the mode', () => {
  test('is changed at a press and says what it does', async () => {
    const { find, fake, text, until } = await screen();
    expect(chosen(await find('mode-rules'))).toBe(true);
    await fireEvent.click((await find('mode-direct')).querySelector('input')!);
    await until(() => expect(text('mode-about')[0]).toContain('Nothing goes through the server'));
    expect(fake.sent).toEqual([{ kind: 'setMode', mode: 'direct' }]);
  });

  test('that is not the usual one is said on Home', async () => {
    expect((await open('direct')).text('head-mode')[0]).toContain('nothing through it');
    expect((await open('on')).has('head-mode')).toBe(false);
  });

  test('leaves what is local alone until the user says otherwise', async () => {
    const { press, find, fake } = await screen();
    expect(((await find('local-direct')) as HTMLInputElement).checked).toBe(true);
    await press('local-direct');
    expect(fake.sent).toEqual([{ kind: 'setLocalDirect', direct: false }]);
  });
});

describe('which rule', () => {
  test('is answered as a host is typed, with the line that decides', async () => {
    const { type, text, until } = await screen();
    await type('which-host', 'https://www.corp.example/x');
    await until(() => expect(text('which-answer')[0]).toContain('www.corp.example goes directly'));
    expect(text('which-answer')[0]).toContain('line 3 of your rules, in [bypass_list]: ||corp.example');
    await type('which-host', 'a b');
    await until(() => expect(text('which-answer')[0]).toBe(''));
  });

  test('is answered anew when the mode changes', async () => {
    const { type, find, until } = await screen();
    await type('which-host', 'ads.example');
    await until(async () => expect((await find('which-answer')).dataset['route']).toBe('block'));
    await fireEvent.click((await find('mode-global')).querySelector('input')!);
    await until(async () => expect((await find('which-answer')).dataset['route']).toBe('proxy'));
  });
});

describe('rules for PAC alone', () => {
  test('have an editor of their own, which says what a script cannot do', async () => {
    const { type, text, press, find, fake, until } = await screen();
    await until(async () => expect(((await find('rules-text')) as HTMLTextAreaElement).disabled).toBe(false));
    await press('rules-other');
    await until(async () => expect(((await find('rules-text')) as HTMLTextAreaElement).disabled).toBe(false));
    expect(((await find('rules-text')) as HTMLTextAreaElement).value).toBe('');
    const typed = '||near.example\n[outbound_block_list]\n||ads.example\n';
    await type('rules-text', typed);
    await until(() => expect(text('rule-refused')).toHaveLength(1));
    expect(text('rule-refused')[0]).toMatch(/^Line 3 \|\|ads\.example a script cannot block/);
    await press('rules-save');
    await until(() => expect(text('rules-count')[0]).toBe('1 in force'));
    expect(fake.sent).toEqual([{ kind: 'savePacRules', text: typed }]);
    await press('rules-other');
    await until(async () => expect(((await find('rules-text')) as HTMLTextAreaElement).value).toContain('||corp.example'));
  });

  test('that are not saved are not lost by going to the others', async () => {
    const { type, press, value, until } = await screen();
    await until(async () => expect(await value('rules-text')).toContain('||corp.example'));
    await type('rules-text', '||other.example');
    await press('rules-other');
    await press('leave-stay');
    expect(await value('rules-text')).toBe('||other.example');
    await press('rules-other');
    await press('leave-discard');
    await until(async () => expect(await value('rules-text')).toBe(''));
  });
});

describe('own rules', () => {
  const button = async (find: (id: string) => Promise<HTMLElement>) => (await find('rules-save')) as HTMLButtonElement;

  test('are saved after each line that is not applied was shown', async () => {
    const { type, text, fake, find, press, has, until } = await screen('on');
    await until(async () => expect(((await find('rules-text')) as HTMLTextAreaElement).disabled).toBe(false));
    const typed = '[proxy_list]\n||a.example\n10.0.0.0/99\n(\n';
    await type('rules-text', typed);
    expect((await button(find)).disabled).toBe(true);
    await until(() => expect(text('rule-refused')).toHaveLength(2));
    expect(text('rule-refused')[0]).toMatch(/^Line 3 10\.0\.0\.0\/99 not a network/);
    expect(text('rules-would')[0]).toBe('1 once saved');
    expect(text('rules-refused')).toEqual(['2 lines are not applied']);
    await press('rules-save');
    await until(() => expect(text('rules-count')[0]).toBe('1 in force'));
    expect(fake.sent).toEqual([{ kind: 'saveRules', text: typed }]);
    expect(has('rules-discard')).toBe(false);
    expect((await button(find)).disabled).toBe(true);
  });

  test('come from a file, and are not saved before the user says so', async () => {
    const { find, value, fake, until } = await screen('on');
    const chooser = (await find('rules-file')) as HTMLInputElement;
    // jsdom's files cannot be read this way.
    const file = Object.assign(new File([''], 'list.acl'), { text: async () => '||from.example\n' });
    Object.defineProperty(chooser, 'files', { value: [file] });
    await fireEvent.change(chooser);
    await until(async () => expect(await value('rules-text')).toBe('||from.example\n'));
    expect(fake.sent).toEqual([]);
  });

  test('that are too long are not read from a file', async () => {
    const { fake, find, value, container, until } = await screen('on');
    const chooser = (await find('rules-file')) as HTMLInputElement;
    const file = new File(['a'], 'list.acl');
    const { maxBytes } = (await fake.state()).routing;
    Object.defineProperty(file, 'size', { value: maxBytes + 1 });
    Object.defineProperty(chooser, 'files', { value: [file] });
    await fireEvent.change(chooser);
    await until(() => expect(container.textContent).toMatch(/This is longer than 1\.0\sMB, which is more than Parasol takes\./));
    expect(await value('rules-text')).toBe('');
  });

  test('that are not saved are not lost by going elsewhere', async () => {
    const { type, press, find, value, has, until } = await screen();
    await until(async () => expect(await value('rules-text')).toContain('||corp.example'));
    await type('rules-text', '||other.example');
    await press('nav-home');
    await press('leave-stay');
    expect(await value('rules-text')).toBe('||other.example');
    await until(async () => expect((await button(find)).disabled).toBe(false));
    await press('nav-home');
    await press('leave-save');
    await until(() => expect(has('rules-text')).toBe(false));
    await press('nav-rules');
    await until(async () => expect(await value('rules-text')).toBe('||other.example'));
  });
});
