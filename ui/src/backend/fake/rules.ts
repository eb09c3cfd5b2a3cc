// Stand-ins for the app's rules, good enough to show every answer that the window can get.
import type { Fault } from '../bindings/Fault';
import type { FieldProblem } from '../bindings/FieldProblem';
import { address } from '../../text/address';
import type { ImportEntry } from '../bindings/ImportEntry';
import type { ImportFault } from '../bindings/ImportFault';
import type { PortDraft } from '../bindings/PortDraft';
import type { PortFieldProblem } from '../bindings/PortFieldProblem';
import type { MethodView } from '../bindings/MethodView';
import type { ProfileDraft } from '../bindings/ProfileDraft';

const safe = [
  '2022-blake3-aes-256-gcm',
  '2022-blake3-aes-128-gcm',
  '2022-blake3-chacha20-poly1305',
  'chacha20-ietf-poly1305',
  'aes-256-gcm',
  'aes-192-gcm',
  'aes-128-gcm',
  'xchacha20-ietf-poly1305',
];
const unsafe = ['none', 'rc4-md5', 'chacha20-ietf', 'aes-128-cfb', 'aes-256-cfb', 'aes-256-ctr'];

export const methods: MethodView[] = [
  ...safe.map((name) => ({ name, legacy: false, oneTimeAuth: false })),
  ...unsafe.map((name) => ({ name, legacy: true, oneTimeAuth: name !== 'none' })),
];

/** The method of this name. */
export const methodNamed = (name: string) => methods.find((method) => method.name === name);

function keyFault(method: string, password: string): Fault | undefined {
  if (password === '') return { code: 'empty' };
  if (!method.startsWith('2022-')) return undefined;
  const keys = password.split(':');
  if (keys.length > (method.includes('-aes-') ? 9 : 1)) return { code: 'identityKeys' };
  const needed = method.includes('128') ? 16 : 32;
  for (const key of keys) {
    if (!/^([A-Za-z0-9+/]+={0,2})?$/.test(key) || key.length % 4) return { code: 'notBase64' };
    const found = atob(key).length;
    if (found !== needed) return { code: 'wrongKeyLength', needed, found };
  }
  return undefined;
}

const badHost = (host: string) => !/^[\p{L}\p{N}.:[\]-]+$/u.test(host);
const badPort = (port: string) => !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535;

export function check(draft: ProfileDraft, saved?: { builtin: boolean; password: string }): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const say = (field: FieldProblem['field'], fault: Fault | undefined) => fault && problems.push({ field, fault });
  if (draft.name.length > 200) say('name', { code: 'tooLong' });
  if (draft.notes.length > 4000) say('notes', { code: 'tooLong' });
  if (saved?.builtin) return problems;
  if (draft.server.trim() === '') say('server', { code: 'empty' });
  else if (draft.server.length > 255) say('server', { code: 'tooLong' });
  else if (badHost(draft.server.trim())) say('server', { code: 'badHost' });
  if (draft.port.trim() === '') say('port', { code: 'empty' });
  else if (badPort(draft.port.trim())) say('port', { code: 'badPort' });
  if (!methodNamed(draft.method)) say('method', { code: 'unknownMethod' });
  say('password', keyFault(draft.method, draft.password ?? saved?.password ?? ''));
  const plugin = draft.plugin.trim();
  if (plugin === '' && draft.pluginOpts !== '') say('plugin', { code: 'empty' });
  else if (plugin !== '' && !/^[\p{L}\p{N}_+][\p{L}\p{N}_+.-]*$|^\/(?!\/)/u.test(plugin)) say('plugin', { code: 'badProgram' });
  return problems;
}

export function checkPort(draft: PortDraft, taken: readonly number[], passwordSet: boolean): PortFieldProblem[] {
  const problems: PortFieldProblem[] = [];
  const say = (field: PortFieldProblem['field'], fault: Fault) => problems.push({ field, fault });
  const number = draft.port.trim();
  if (draft.name.length > 200) say('name', { code: 'tooLong' });
  if (number === '') say('port', { code: 'empty' });
  else if (badPort(number)) say('port', { code: 'badPort' });
  else if (taken.includes(Number(number))) say('port', { code: 'portUsedTwice' });
  const target = draft.target.trim();
  if (draft.kind !== 'mixed' && target === '') say('target', { code: 'empty' });
  else if (draft.kind === 'tunnel' && !/^.+:\d+$/.test(target)) say('target', { code: 'badTarget' });
  else if (draft.kind === 'dns' && badHost(target)) say('target', { code: 'badNameServer' });
  if (draft.kind !== 'mixed') return problems;
  const password = draft.password ?? (passwordSet && draft.user ? 'kept' : '');
  if (draft.user === '' && password !== '') say('user', { code: 'empty' });
  else if (draft.user === '' && draft.lan) say('user', { code: 'loginNeeded' });
  else if (draft.user !== '' && password === '') say('password', { code: 'empty' });
  else if (draft.user.includes(':')) say('user', { code: 'badLogin' });
  return problems;
}

/** A link taken apart, or why it cannot be. */
export type Link = { good: Omit<ImportEntry, 'index' | 'place' | 'unused'> & { password: string } } | { bad: ImportFault };

export function link(line: string): Link {
  if (line.length > 4096) return { bad: { code: 'tooLong' } };
  const parts = /^ss:\/\/([^@#/?]+)@(.+?):(\d*)\/?(?:\?([^#]*))?(?:#(.*))?$/.exec(line);
  if (!parts) return { bad: { code: line.startsWith('ss://') ? 'badUserinfo' : /(https?|ssconf):\/\//.test(line) ? 'subscription' : 'notALink' } };
  const [, user = '', server = '', port = '', query = '', tag = ''] = parts;
  let userinfo = decodeURIComponent(user);
  if (!userinfo.includes(':')) {
    try {
      userinfo = atob(userinfo.replaceAll('-', '+').replaceAll('_', '/'));
    } catch {
      return { bad: { code: 'badUserinfo' } };
    }
  }
  const colon = userinfo.indexOf(':');
  const method = userinfo.slice(0, colon);
  const password = userinfo.slice(colon + 1);
  if (colon < 0) return { bad: { code: 'badUserinfo' } };
  if (badHost(server)) return { bad: { code: 'badHost' } };
  if (badPort(port)) return { bad: { code: 'badPort' } };
  const known = methodNamed(method);
  if (!known) return { bad: { code: 'unknownMethod', name: method.slice(0, 40) } };
  if (keyFault(method, password)) return { bad: { code: 'badPassword' } };
  const plugin = new URLSearchParams(query).get('plugin')?.split(';')[0]!.slice(0, 40) ?? null;
  if (plugin?.startsWith('.')) return { bad: { code: 'plugin', name: plugin } };
  return { good: { legacy: known.legacy, plugin, name: decodeURIComponent(tag), server, port: Number(port), method, password } };
}

/** The link of a saved server. */
export function linkOf({ server, port, method, name }: { server: string; port: number; method: string; name: string }, password: string): string {
  const user = btoa(`${method}:${password}`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `ss://${user}@${address(server, port)}${name === '' ? '' : `#${encodeURIComponent(name)}`}`;
}
