import { fireEvent, render } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { open } from '../test/screen';
import { givenUp, profiles, scene } from '../backend/fake/scene';
import { sample } from '../backend/fake/traffic';
import PathStrip from './PathStrip.svelte';

const LINK = 'ss://YWVzLTI1Ni1nY206c2VjcmV0@new.example.net:8388#Osaka';

describe('the switch', () => {
  test('shows what is wanted, and the text beside it what is', async () => {
    const { find, press, text, until } = await open('off');
    expect((await find('switch')).getAttribute('aria-checked')).toBe('false');
    expect(text('state-text')).toEqual(['Off']);
    await press('switch');
    await until(() => expect(text('state-text')).toEqual(['On']));
    expect((await find('switch')).getAttribute('aria-checked')).toBe('true');
    await press('switch');
    await until(() => expect(text('state-text')).toEqual(['Off']));
  });

  test.each([
    ['busy', 'Starting…', 'true'],
    ['stopping', 'Stopping…', 'false'],
    ['failed', 'Could not start', 'true'],
  ] as const)('in the scene %s it reads %s', async (scene, said, wanted) => {
    const { find, text } = await open(scene);
    expect(text('state-text')).toEqual([said]);
    expect((await find('switch')).getAttribute('aria-checked')).toBe(wanted);
  });
});

describe('a failure', () => {
  test('stays with its reason, and its one action mends it', async () => {
    const { fake, press, text, has, until } = await open('failed');
    expect(text('problem')[0]).toContain('Port 1080 is used by ss-local (pid 4242).');
    expect(text('problem-action')).toEqual(['Use 1081']);
    await press('problem-action');
    await until(() => expect(text('state-text')).toEqual(['On']));
    expect(has('problem')).toBe(false);
    expect(fake.sent[0]).toEqual({ kind: 'setLocalPort', port: 1081 });
  });

  test('to move to another port offers another one, or to stay', async () => {
    const { fake, press, text, has, until } = await open('refused');
    expect(text('state-text')).toEqual(['On']);
    expect(text('problem')[0]).toContain('Port 3128 is used by ss-local');
    expect(text('problem-action')).toEqual(['Use 3129']);
    await press('problem-instead');
    await until(() => expect(has('problem')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'setLocalPort', port: 1080 }]);
  });

  test('of a plugin that came with the profile is mended by approving just that plugin', async () => {
    const { fake, press, text, until } = await open('noplugin');
    expect(text('plugin-shown')).toEqual(['v2ray-plugin path=/a']);
    await press('problem-action');
    await until(() => expect(text('state-text')).toEqual(['On']));
    expect(fake.sent).toEqual([{ kind: 'approvePlugin', id: 'p1', plugin: 'v2ray-plugin', pluginOpts: 'path=/a' }]);
  });

  test('of the profile says what is wrong and leads to its editor', async () => {
    const { press, text, value, until } = await open('badprofile');
    expect(text('problem')[0]).toContain('Method: Parasol does not know this method.');
    await press('problem-action');
    await until(async () => expect(await value('editor-server')).toBe('tk1.example.net'));
  });

  test('of the system proxy can be left alone', async () => {
    const { fake, press, has, until } = await open('noproxy');
    await press('problem-action');
    await until(() => expect(has('problem')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'setSystemProxy', mode: 'leave' }]);
  });

  test('of a system proxy that is a script is tried again in the same way', async () => {
    const { fake, press } = await open('on');
    fake.show({ systemProxy: { wanted: 'pac', actual: { kind: 'failed', problem: { code: 'proxyFailed', cause: 'no' } } } });
    await press('problem-action');
    expect(fake.sent).toEqual([{ kind: 'setSystemProxy', mode: 'pac' }]);
  });

  test('of a system proxy that another program took asks what is wanted', async () => {
    for (const [button, mode] of [
      ['problem-action', 'set'],
      ['problem-instead', 'leave'],
    ] as const) {
      const { fake, press, text, has, until } = await open('proxytaken');
      expect(text('problem')[0]).toContain('Another program changed the system proxy');
      await press(button);
      await until(() => expect(has('problem')).toBe(false));
      expect(fake.sent).toEqual([{ kind: 'setSystemProxy', mode }]);
    }
  });
});

describe('the first start', () => {
  test('says what a link would add, adds it and switches on', async () => {
    const { fake, find, type, press, text, until } = await open('empty');
    expect(((await find('links-add')) as HTMLButtonElement).disabled).toBe(true);
    await type('links-text', LINK);
    await until(() => expect(text('link-added')).toEqual(['Osaka new.example.net:8388 aes-256-gcm']));
    await press('links-add');
    await until(() => expect(text('state-text')).toEqual(['On']));
    expect(fake.sent.map(({ kind }) => kind)).toEqual(['import', 'setOn']);
  });

  test('says why a link is refused', async () => {
    const { find, type, text, until } = await open('empty');
    await type('links-text', 'ss://rc5-md5:secret@a.example:1');
    await until(() => expect(text('link-refused')).toEqual(['Line 1: Parasol does not know the method rc5-md5']));
    expect(((await find('links-add')) as HTMLButtonElement).disabled).toBe(true);
  });

  test('runs on the built-in server at one press', async () => {
    const { press, text, until } = await open('empty');
    await press('try-builtin');
    await until(() => expect(text('state-text')).toEqual(['On']));
  });

  test('by hand leads to the editor and, saved, back home', async () => {
    const { press, type, has, text, until } = await open('empty');
    await press('add-profile');
    await type('editor-server', 'example.net');
    await type('editor-port', '8388');
    await type('editor-password', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=');
    await press('editor-save');
    await until(() => expect(text('state-text')).toEqual(['Off']));
    expect(has('editor-save')).toBe(false);
  });
});

test('the Ports table carries rates in words and totals in bytes', async () => {
  const { find, text } = await open('on');
  const row = await find('ports-row');
  expect(row.textContent).toContain('1080');
  expect(text('port-down')[0]).toMatch(/^[\d.]+ [KM]B\/s [\d.]+ GB$/);
  expect(Number((await find('port-down')).dataset['bytes'])).toBeGreaterThan(1e9);
});

test('what timed out names target, verdict, stage, bytes and advice', async () => {
  const { find, text } = await open('on');
  await find('given-up-row');
  expect(text('given-up-row')).toHaveLength(3);
  expect(text('given-up-row')[0]).toMatch(
    /^mail\.example\.org:993 .*No first byte · stream, 30 s · ↑ 517 B ↓ 0 B · Tokyo The server took the connection and stayed silent: password, method or clock differ\. Test this server$/,
  );
});

test('what timed out is told apart by the server that it went through', async () => {
  const { fake, text, until } = await open('on');
  const through = (server: string | null) => givenUp({ target: 'a.example:443', server, verdict: 'silentServer', stage: 'stream', lastMs: Date.now() });
  fake.giveUp([through('tk1.example.net:8388'), through('gone\u202e.example.net:1'), through(null), { ...through(null), target: null }]);
  await until(() => expect(text('given-up-way')).toEqual(['Tokyo', 'gone\\u{202e}.example.net:1', 'directly']));
});

test('clocks that differ are set from there', async () => {
  const { fake, find, press, until } = await open('on');
  fake.giveUp([givenUp({ target: 'a.example:443', verdict: 'wrongClock', stage: 'stream', lastMs: Date.now() })]);
  expect((await find('verdict-clock')).textContent).toBe('Open the clock settings');
  await press('verdict-clock');
  await until(() => expect(fake.clockOpened).toBe(true));
});

test('a target that means ill is shown in what timed out, and does nothing', async () => {
  const names = ['\u202egro.elpmaxe:443', '<img src=x onerror=alert(1)>:80', 'a\u0000b\nc:1', 'x'.repeat(300) + ':1'];
  const { container, fake, press, text, until } = await open('on');
  const group = (target: string) => givenUp({ target, server: `${target}<b>`, verdict: 'silentServer', stage: 'stream', lastMs: Date.now() });
  fake.giveUp(names.map(group));
  await until(() => expect(text('given-up-row')).toHaveLength(4));
  expect(text('given-up-open')).toEqual(['\\u{202e}gro.elpmaxe:443', names[1], 'a\\u{0}b\\u{a}c:1', names[3]]);
  expect(container.querySelector('ul img, ul b')).toBeNull();
  await press('given-up-open');
  // What is looked for is the name itself.
  await until(() => expect(container.querySelector<HTMLInputElement>('[data-testid="filter-text"]')?.value).toBe(names[0]));
});

test('a long list of what timed out is cut until asked for', async () => {
  const { find, all, container, until } = await open('many');
  await find('given-up-row');
  expect(all('given-up-row')).toHaveLength(6);
  const more = [...container.querySelectorAll('button')].find((button) => button.textContent === 'Show all 100');
  await fireEvent.click(more!);
  await until(() => expect(all('given-up-row')).toHaveLength(100));
});

test('while off the path shows nothing of what was measured before', () => {
  const [off, on, now] = [scene('off', 0), scene('on', 0), 60_000];
  const measured = sample(on, on.state, now);
  const latencies = (state: typeof on.state) =>
    [...render(PathStrip, { state, active: profiles.tokyo, sample: measured }).container.querySelectorAll('i')].map(
      (latency) => latency.textContent,
    );
  expect(latencies(on.state).join('')).not.toBe('');
  expect(latencies(off.state).join('')).toBe('');
});

test('a failing hop says why, there', async () => {
  const { container, until } = await open('down');
  await until(() => expect(container.querySelector('ol li:nth-child(3)')?.textContent).toContain('No answer to connect'));
});

test('the chart has a table twin', async () => {
  const { container, until } = await open('on');
  await fireEvent.click(container.querySelector('[aria-label="Table"]')!);
  await until(() => expect(container.querySelectorAll('caption + thead + tbody tr').length).toBeGreaterThan(10));
});

test('from the chart a way leads to the traffic of thirty days', async () => {
  const { find, press } = await open('on');
  expect((await find('traffic-past')).tagName).toBe('BUTTON');
  await press('traffic-past');
  await find('past-total');
});

test('a port has a line of its last minute where anything moved', async () => {
  const moving = await open('on');
  await moving.find('sparkline');
  const still = await open('idle');
  await still.find('ports-row');
  expect(still.has('sparkline')).toBe(false);
});

test('the port is changed by a number from 1 to 65535', async () => {
  const { fake, press, find, until, container } = await open('off');
  await press('change-port');
  const input = (await find('local-port')) as HTMLInputElement;
  await fireEvent.input(input, { target: { value: '70000' } });
  await press('local-port-save');
  expect(fake.sent).toEqual([]);
  await fireEvent.input(input, { target: { value: '1085' } });
  await press('local-port-save');
  await until(() => expect(container.textContent).toContain('127.0.0.1:1085'));
});

test('a terminal gets its command, in the spelling of its shell', async () => {
  const { fake, press, text, until } = await open('on');
  await press('terminal');
  await until(() => expect(text('terminal-line')[0]).toContain('export http_proxy='));
  await press('shell-nushell');
  await until(() => expect(text('terminal-line')[0]).toContain('load-env'));
  await press('terminal-copy');
  await until(() => expect(text('terminal-said')[0]).toContain('Copied'));
  expect(fake.copied).toContain('load-env');
});

test('a notice stays until dismissed', async () => {
  const { all, until } = await open('notices');
  const told = all('notice').length;
  expect(told).toBeGreaterThan(1);
  await fireEvent.click(all('notice')[0]!.querySelector('button')!);
  await until(() => expect(all('notice')).toHaveLength(told - 1));
});

describe('closing without a tray icon', () => {
  test.each([
    ['close-keep', 'background', 'closed'],
    ['close-quit', 'quit', 'quit'],
  ] as const)('%s is remembered as %s', async (button, onClose, ended) => {
    const { fake, press, until } = await open('close');
    await press(button);
    await until(() => expect(fake.ended).toBe(ended));
    expect(fake.sent).toEqual([{ kind: 'setOnClose', onClose }]);
  });

  test('it can be called off', async () => {
    const { fake, press, has, until } = await open('close');
    await press('close-cancel');
    await until(() => expect(has('close-keep')).toBe(false));
    expect(fake.ended).toBe('no');
  });
});
