import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { emit } from '@tauri-apps/api/event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProfileDraft } from './bindings/ProfileDraft';
import type { PortDraft } from './bindings/PortDraft';
import { scene } from './fake/scene';
import type { Readable } from './backend';
import { tauri } from './tauri';
import { settled } from '../test/settled';

const port: PortDraft = {
  id: null,
  name: '',
  port: '',
  kind: 'mixed',
  target: '',
  profile: null,
  lan: false,
  user: '',
  password: null,
  carries: 'both',
};
const draft: ProfileDraft = { id: null, name: '', server: '', port: '', method: '', password: '', plugin: '', pluginOpts: '', oneTimeAuth: false, notes: '' };

const fail = (cause: unknown) => {
  throw cause;
};

let asked: [string, Record<string, unknown>][];

beforeEach(() => {
  asked = [];
  mockIPC((command, args) => void asked.push([command, args as Record<string, unknown>]), { shouldMockEvents: true });
});
afterEach(clearMocks);

test('every command is one that the shell lets the window call', async () => {
  await tauri.state();
  await tauri.send({ kind: 'undoDelete' });
  await tauri.check(draft);
  await tauri.checkPort(port);
  await tauri.methods();
  await tauri.password('p1');
  await tauri.previewImport('ss://');
  await tauri.previewImportFile(new Uint8Array([1]));
  await tauri.previewCandidate(7);
  await tauri.lookAtScreen();
  await tauri.lookAtClipboard();
  await tauri.pastedText?.();
  await tauri.exportProfiles(['p1'], 'links');
  await tauri.qr('p1');
  await tauri.previewSubscription('https://');
  await tauri.rules();
  await tauri.pacRules();
  await tauri.previewPacRules('');
  await tauri.previewRules('||a.test');
  await tauri.checkRuleList('https://');
  await tauri.ruleHits();
  await tauri.explain('a.test');
  await tauri.tested('p1');
  await tauri.testDraft(draft);
  await tauri.checkProbe('http://a.test/', '9.9.9.9');
  await tauri.earlierStates();
  await tauri.lookAtEarlier(1);
  await tauri.backUp('pw');
  await tauri.saveExport(['p1'], 'qrPng');
  await tauri.chooseBackup();
  await tauri.lookAtBackup(null);
  await tauri.terminalCommands();
  await tauri.copy('ss://');
  await tauri.handedLinks();
  tauri.onDroppedFiles(() => {}, (files) => void files[0]!.slice(0, 1).arrayBuffer());
  await settled();
  await emit('files-dropped', [{ id: 1, name: 'a' }]);
  await tauri.linkOpener();
  await tauri.setLinkOpener(true);
  await tauri.loginStart();
  await tauri.setLoginStart(true);
  await tauri.saveText('a.csv', '');
  await tauri.traffic('hour');
  await tauri.profileUses();
  tauri.watch(() => {}, fail)();
  tauri.watchConnections(() => {}, fail)();
  tauri.watchLog(() => {}, fail)();
  await tauri.logBetween(0, 1);
  await tauri.clearLog();
  tauri.diagnose(() => {}, fail)();
  await tauri.diagnosisReport(false);
  await tauri.openClockSettings();
  await tauri.ownFiles();
  await tauri.showOwnFile('log');
  const stop = tauri.onCloseRequested(() => {});
  await settled();
  await emit('close-requested');
  stop();
  await tauri.closeWindow();
  await tauri.quit();
  await tauri.startAgain();
  await settled();
  const capability = join(import.meta.dirname, '../../../src-tauri/capabilities/main.json');
  const { permissions } = JSON.parse(readFileSync(capability, 'utf8')) as { permissions: string[] };
  const ours = permissions.filter((permission) => !permission.includes(':'));
  expect(asked.map(([command]) => `allow-${command.replaceAll('_', '-')}`).toSorted()).toEqual(ours.toSorted());
});

test('arguments carry the names that the shell expects', async () => {
  await tauri.send({ kind: 'undoDelete' });
  await tauri.check(draft);
  await tauri.checkPort(port);
  await tauri.password('p1');
  await tauri.previewImport('ss://');
  await tauri.previewImportFile(new Uint8Array([1, 2]));
  await tauri.previewCandidate(7);
  await tauri.exportProfiles(['p1'], 'sip008');
  await tauri.qr('p1');
  await tauri.lookAtEarlier(1);
  await tauri.backUp('pw');
  await tauri.lookAtBackup(null);
  await tauri.setLinkOpener(true);
  await tauri.setLoginStart(false);
  await tauri.copy('ss://');
  await tauri.saveExport(['p1'], 'qrPng');
  await tauri.saveText('a.csv', 'a,b');
  await tauri.traffic('month');
  expect(asked).toEqual([
    ['send', { command: { kind: 'undoDelete' } }],
    ['check', { draft }],
    ['check_port', { draft: port }],
    ['password', { id: 'p1' }],
    ['preview_import', { text: 'ss://' }],
    ['preview_import_file', new Uint8Array([1, 2])],
    ['preview_candidate', { id: 7 }],
    ['export_profiles', { ids: ['p1'], format: 'sip008' }],
    ['qr', { id: 'p1' }],
    ['look_at_earlier', { untilMs: 1 }],
    ['back_up', { passphrase: 'pw' }],
    ['look_at_backup', { passphrase: null }],
    ['set_link_opener', { ours: true }],
    ['set_login_start', { on: false }],
    ['copy', { text: 'ss://' }],
    ['save_export', { ids: ['p1'], file: 'qrPng' }],
    ['save_text', { name: 'a.csv', text: 'a,b' }],
    ['traffic', { range: 'month' }],
  ]);
});

test('dropped files are named, and read when their turn comes', async () => {
  const seen: unknown[] = [];
  let files: Readable[] = [];
  const stop = tauri.onDroppedFiles((over) => seen.push(over), (dropped) => (files = dropped));
  await settled();
  await emit('files-over', true);
  await emit('files-dropped', [{ id: 7, name: 'a.txt' }]);
  expect([seen, files.map(({ name }) => name), asked]).toEqual([[true], ['a.txt'], []]);
  await files[0]!.slice(0, 10).arrayBuffer();
  expect(asked).toEqual([['dropped_file', { id: 7 }]]);
  stop();
  await settled();
  await emit('files-over', false);
  expect(seen).toEqual([true]);
});

test.each([
  ['watch', tauri.watch, 'unwatch'],
  ['watch_connections', tauri.watchConnections, 'unwatch_connections'],
] as const)('one %s never overtakes the other', async (begin, watch, end) => {
  const stop = watch(() => {}, fail);
  stop();
  stop();
  watch(() => {}, fail)();
  await settled();
  expect(asked.map(([command]) => command)).toEqual([begin, end, begin, end]);
  expect(asked[0]?.[1]).toHaveProperty('channel');
});

test('a stream that cannot begin says so, unless nobody waits for it any more', async () => {
  mockIPC((command) => (command === 'diagnose' ? Promise.reject(new Error('gone')) : undefined));
  const causes: unknown[] = [];
  tauri.diagnose(() => {}, (cause) => causes.push(cause));
  await settled();
  expect(causes).toEqual([new Error('gone')]);
  tauri.diagnose(() => {}, (cause) => causes.push(cause))();
  await settled();
  expect(causes).toHaveLength(1);
});

test('states come in until stopped', async () => {
  const { state } = scene('off', 0);
  const seen: unknown[] = [];
  const stop = tauri.onState((pushed) => seen.push(pushed));
  await settled();
  await emit('state-changed', state);
  stop();
  await settled();
  await emit('state-changed', state);
  expect(seen).toEqual([state]);
});

test('a stop before the listening has begun ends it all the same', async () => {
  let calls = 0;
  tauri.onCloseRequested(() => calls++)();
  await settled();
  await emit('close-requested');
  expect(calls).toBe(0);
});
