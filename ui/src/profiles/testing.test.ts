import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';
import { figures } from '../text/text';

describe('tests of servers', () => {
  test('show in the list what came of them: the first byte, or what failed', async () => {
    const { fake, press, text, until } = await open('on', 'profiles');
    await press('test-all');
    await until(() => expect(text('test-result')).toEqual(['131 ms', 'connected, no answer', '131 ms']));
    expect(fake.sent).toEqual([{ kind: 'testAll' }]);
  });

  test('have a word in the list for whatever comes of them', async () => {
    const { text } = await open('tested', 'profiles');
    expect(text('test-result')).toEqual([
      '131 ms',
      '84 ms, no UDP',
      'no such name',
      'refused',
      'no answer',
      'connected, no answer',
      'wrong password or method',
      'reaches nothing',
      'closes at once',
      'the clock is wrong',
      'cannot be used',
    ]);
  });

  test('that failed before something moved through the server say when, and not that it is so', async () => {
    const { fake, all, text, until } = await open('on', 'profiles');
    const { active, tests } = (await fake.state())!;
    const refused = { id: active!, verdict: { kind: 'refused' }, firstByteMicros: null } as const;
    const isBad = () => all('test-result')[0]!.classList.contains('bad');
    const atMs = Date.now() - 600_000;
    fake.show({ tests: { ...tests, ended: [{ ...refused, atMs }] } });
    await until(() => expect(text('test-result')).toEqual([`refused at ${figures.when(atMs, Date.now())}`]));
    expect(isBad()).toBe(false);
    fake.show({ tests: { ...tests, ended: [{ ...refused, atMs: Date.now() + 600_000 }] } });
    await until(() => expect(text('test-result')).toEqual(['refused']));
    expect(isBad()).toBe(true);
  });

  test('say how far they are, and are called off at a press', async () => {
    const { fake, all, container, text, press, has, until } = await open('testing', 'profiles');
    expect(text('test-progress')[0]).toContain('Testing: 2 of 3');
    const bar = container.querySelector('progress')!;
    expect([bar.value, bar.max]).toEqual([2, 3]);
    expect(text('test-waiting')).toEqual(['testing…']);
    expect((all('test-all')[0] as HTMLButtonElement).disabled).toBe(true);
    await press('test-cancel');
    await until(() => expect(has('test-progress')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'cancelTests' }]);
  });

  test('are of one profile where that is asked for', async () => {
    const { fake, all, text, until } = await open('on', 'profiles');
    await fireEvent.click(all('profile-test')[1]!);
    await until(() => expect(text('test-result')).toEqual(['connected, no answer']));
    expect(fake.sent).toEqual([{ kind: 'testProfile', id: 'p2' }]);
  });
});

describe('the test in a profile', () => {
  test('has a figure for each step', async () => {
    const { press, text, until } = await open('on', 'profiles');
    await press('profile-edit');
    await press('profile-test-run');
    await until(() =>
      expect(text('test-step')).toEqual(['Name lookup12 ms', 'Connect48 ms', 'Handshake131 ms', 'First byte131 ms', 'UDP there and back97 ms']),
    );
    expect(text('test-verdict')).toEqual(['The server works.']);
    expect(text('profile-test-run')).toEqual(['Test again']);
  });

  test('says what failed and what to do', async () => {
    const { all, press, text, until } = await open('on', 'profiles');
    await fireEvent.click(all('profile-edit')[1]!);
    await press('profile-test-run');
    await until(() => expect(text('test-verdict')[0]).toBe('The server took the connection and stayed silent: password, method or clock differ.'));
    expect(text('test-step')).toEqual([
      'Name lookupnot needed',
      'Connect48 ms',
      'Handshakeconnected, no answer',
      'First bytenot tried',
      'UDP there and backnot tried',
    ]);
  });

  test('is of what is typed, saved or not', async () => {
    const { fake, press, type, text, until } = await open('on', 'profiles');
    const tested = vi.spyOn(fake, 'testDraft');
    await press('profile-edit');
    await type('editor-port', '443');
    await press('profile-test-run');
    await until(() => expect(text('test-verdict')[0]).toContain('stayed silent'));
    expect(tested.mock.calls[0]![0]).toMatchObject({ id: 'p1', port: '443', password: null });
    await type('editor-port', '0');
    await press('profile-test-run');
    await until(() => expect(text('test-faulty')).toEqual(['There is something to mend in the fields first.']));
    expect(fake.sent).toEqual([]);
  });

  test('can be called off', async () => {
    const { fake, all, press, has, until } = await open('testing', 'profiles');
    await fireEvent.click(all('profile-edit')[1]!);
    await press('test-cancel');
    await until(() => expect(has('test-busy')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'cancelTests' }]);
  });
});

describe('what servers are tested with', () => {
  test('is set in Settings', async () => {
    const { fake, press, type, container, until } = await open('on', 'settings');
    await type('probe-url', 'http://example.org/small');
    await press('probe-save');
    await until(() => expect(fake.sent).toEqual([{ kind: 'setProbe', url: 'http://example.org/small', nameServer: '9.9.9.9' }]));
    await until(() => expect(container.textContent).toContain('Saved.'));
  });

  test('must make sense', async () => {
    const { fake, press, type, find, container, until } = await open('on', 'settings');
    await type('probe-url', 'http://exa mple/');
    await until(() => expect(container.textContent).toContain('A plain web address'));
    await press('probe-save');
    await until(async () => expect(document.activeElement).toBe(await find('probe-url')));
    expect(fake.sent).toEqual([]);
    await press('nav-home');
    await press('leave-discard');
    await until(() => expect(container.querySelector('[data-testid="switch"]')).not.toBeNull());
  });
});
