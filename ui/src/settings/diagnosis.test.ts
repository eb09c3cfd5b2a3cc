import { describe, expect, test } from 'vitest';
import { fireEvent } from '@testing-library/svelte';
import type { DiagnosisStep } from '../backend/bindings/DiagnosisStep';
import type { Language } from '../backend/bindings/Language';
import type { StepDiagnosed } from '../backend/bindings/StepDiagnosed';
import { open } from '../test/screen';

type Fault = Pick<StepDiagnosed, 'reason' | 'action'>;

const faults: Partial<Record<DiagnosisStep, Fault>> = {
  systemProxy: { reason: { code: 'problem', problem: { code: 'proxyTaken' } }, action: { kind: 'takeProxyBack' } },
  handshake: { reason: { code: 'server', verdict: { kind: 'silent' } }, action: { kind: 'editProfile' } },
  clock: { reason: { code: 'wrongClock', aheadS: -3600 }, action: { kind: 'setClock' } },
};

async function diagnosed(some: Partial<Record<DiagnosisStep, Fault>>, language: Language = 'en') {
  const window = await open('on', 'settings', language);
  window.fake.diagnosis.faults = some;
  await window.press('diagnosis-run');
  await window.find('report-copy');
  const step = (name: string) => window.all('diagnosis-step').find((one) => one.dataset['step'] === name)!;
  const act = (name: string) => fireEvent.click(step(name).querySelector('[data-testid="diagnosis-action"]')!);
  return { ...window, step, act };
}

describe('the diagnosis', () => {
  test('tells of each step what came of it, why, and what helps', async () => {
    const { all, step, text } = await diagnosed(faults);
    expect(all('diagnosis-step')).toHaveLength(15);
    expect(text('diagnosis-state')).toEqual(['3 steps failed.']);
    expect(step('port').textContent).toContain('ms');
    expect(step('plugin').textContent).toContain('There is none.');
    expect(step('systemProxy').textContent).toContain('Another program changed the system proxy');
    expect(step('handshake').textContent).toContain('password, method or clock differ');
    expect(step('clock').textContent).toMatch(/60\smin behind/);
    expect(all('diagnosis-action').map((button) => button.textContent?.trim())).toEqual([
      'Set it again',
      'Edit the profile',
      'Open the clock settings',
    ]);
  });

  test.each(['zh', 'fa', 'ru'] as const)('reads in %s as that is written, and only what is not ours is kept from moving it', async (language) => {
    const port: Fault = {
      reason: { code: 'problem', problem: { code: 'bindFailed', address: '127.0.0.1:1080', cause: 'a\u202eb' } },
      action: null,
    };
    const { step, text } = await diagnosed({ ...faults, port }, language);
    expect(text('diagnosis-step').join(' ').replace(String.raw`a\u{202e}b`, '')).not.toContain(String.raw`\u{`);
    expect(step('port').textContent).toContain(String.raw`a\u{202e}b`);
  });

  test('does what helps', async () => {
    const { act, fake, find, until } = await diagnosed(faults);
    await act('systemProxy');
    await until(() => expect(fake.sent).toEqual([{ kind: 'setSystemProxy', mode: 'set' }]));
    await act('clock');
    await until(() => expect(fake.clockOpened).toBe(true));
    await act('handshake');
    await find('editor-name');
  });

  test('shows a plugin that is to be approved, and approves just that', async () => {
    const plugin: Fault = { reason: { code: 'problem', problem: { code: 'pluginUnapproved', name: 'v2ray-plugin' } }, action: { kind: 'approvePlugin' } };
    const { act, fake, step, until } = await diagnosed({ plugin });
    const { active, profiles } = await fake.state();
    fake.show({ profiles: profiles.map((one) => (one.id === active ? { ...one, plugin: 'v2ray-plugin', pluginOpts: 'path=/a' } : one)) });
    await until(() => expect(step('plugin').querySelector('[data-testid="plugin-shown"]')?.textContent).toBe('v2ray-plugin path=/a'));
    await act('plugin');
    await until(() => expect(fake.sent).toEqual([{ kind: 'approvePlugin', id: active, plugin: 'v2ray-plugin', pluginOpts: 'path=/a' }]));
  });

  test.each([
    ['port', 'editPort', 'settings-ports'],
    ['firstByte', 'editProbe', 'settings-tests'],
  ] as const)('leads to where what is wrong with %s can be changed, however often that is asked', async (name, kind, heading) => {
    const fault: Fault = { reason: { code: 'tooLong' }, action: { kind } };
    const { act, container, find, press, until } = await diagnosed({ [name]: fault });
    for (let times = 0; times < 2; times++) {
      await act(name);
      await until(() => expect(document.activeElement?.id).toBe(heading));
      (await find('diagnosis-run')).focus();
    }
    // It was where to go then, and is not whenever Settings is opened.
    await press('nav-home');
    await press('nav-settings');
    await find('diagnosis-run');
    expect(document.activeElement?.id).not.toBe(heading);
    expect(container.querySelector(`#${heading}`)).not.toBeNull();
  });

  test('says so in the step where the clock settings cannot be opened', async () => {
    const { act, fake, has, step, until } = await diagnosed(faults);
    fake.clockSettings = false;
    await act('clock');
    await until(() => expect(step('clock').textContent).toContain('Open them yourself'));
    // Nothing failed, and it follows a change of the language.
    expect(has('failure')).toBe(false);
    await fake.send({ kind: 'setLanguage', language: 'ru' });
    await until(() => expect(step('clock').textContent).toContain('Откройте их сами'));
  });

  test('can be called off, keeps what it has found, and there is one at a time', async () => {
    const { all, fake, find, has, press, text, until } = await open('on', 'settings');
    fake.diagnosis.hangsAt = 'handshake';
    (await find('diagnosis-run')).focus();
    await press('diagnosis-run');
    await until(() => expect(text('diagnosis-state')).toEqual(['Trying: Handshake']));
    expect([has('diagnosis-run'), fake.diagnosis.running]).toEqual([false, 1]);
    expect(document.activeElement).toBe(await find('diagnosis-cancel'));
    // It goes on while another screen is looked at.
    await press('nav-home');
    await press('nav-settings');
    await until(() => expect(all('diagnosis-step')).toHaveLength(9));
    await press('diagnosis-cancel');
    await until(() => expect(text('diagnosis-state')).toEqual(['Cancelled.']));
    expect([all('diagnosis-step').length, fake.diagnosis.running]).toEqual([9, 0]);
  });

  test('that cannot begin says so, and can be begun again', async () => {
    const { fake, press, text, until, has } = await open('on', 'settings');
    const { diagnose } = fake;
    fake.diagnose = (_, failed) => (queueMicrotask(() => failed('no such command')), () => {});
    await press('diagnosis-run');
    await until(() => expect(text('failure')[0]).toContain('no such command'));
    expect(has('diagnosis-cancel')).toBe(false);
    fake.diagnose = diagnose;
    await press('diagnosis-run');
    await until(() => expect(text('diagnosis-state')).toEqual(['No step failed.']));
  });

  test('gives a report, with the server’s address only where that is wanted', async () => {
    const { fake, find, press, text, until } = await diagnosed({});
    expect(text('diagnosis-state')).toEqual(['No step failed.']);
    await press('report-copy');
    await until(() => expect(text('report-said')).toEqual(['Copied. It leaves the clipboard in a minute.']));
    expect(fake.copied).toContain('server hidden');
    await fireEvent.click(await find('report-server'));
    await press('report-save');
    await until(() => expect(fake.savedText?.text).toContain('tk1.example.net'));
    expect(fake.savedText?.name).toBe('parasol-diagnosis.txt');
  });

  test('shows what a plugin wrote as it is, and moves nothing by it', async () => {
    const { fake, press, find } = await open('on', 'settings');
    fake.diagnosis.pluginSaid = ['dial failed', String.raw`\u{202e}x`];
    await press('diagnosis-run');
    expect((await find('plugin-said')).textContent).toBe(`dial failed\n${String.raw`\u{202e}x`}`);
  });
});
