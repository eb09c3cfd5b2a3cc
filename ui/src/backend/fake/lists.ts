// Plays subscriptions: each list is there at once and has the same two servers, but on hosts whose name begins with `down`.
import type { AppState } from '../bindings/AppState';
import type { Command } from '../bindings/Command';
import type { ImportEntry } from '../bindings/ImportEntry';
import type { ProfileView } from '../bindings/ProfileView';
import type { SubscriptionFault } from '../bindings/SubscriptionFault';
import type { UrlSlip } from '../bindings/UrlSlip';
import type { SubscriptionPreview } from '../bindings/SubscriptionPreview';
import type { SubscriptionView } from '../bindings/SubscriptionView';
import { titled } from './scene';

const HOUR = 3_600_000;
const USUAL_HOURS = 24;

/** What the command `addSubscription` would save. */
export interface OfferedList {
  preview: SubscriptionPreview;
}

const entries: ImportEntry[] = [
  { index: 0, place: { kind: 'item', path: 'servers[0]', number: 1, name: 'Oslo' }, name: 'Oslo', server: 'osl.example.net', port: 8388, method: 'aes-256-gcm', legacy: false, plugin: null, unused: [] },
  { index: 1, place: { kind: 'item', path: 'servers[1]', number: 2, name: 'Lima' }, name: 'Lima', server: 'lim.example.net', port: 443, method: 'aes-256-gcm', legacy: false, plugin: 'obfs-local', unused: [] },
];

function hostOf(url: string): string | undefined {
  const text = url.trim().replace(/^ssconf:/i, 'https:');
  if (!URL.canParse(text)) return;
  const { protocol, hostname, username } = new URL(text);
  return protocol === 'https:' && username === '' ? hostname : undefined;
}

function slipOf(url: string): UrlSlip {
  if (/^\s*ss:/i.test(url)) return 'link';
  if (/^\s*\w+:\/\/[^/]*@/.test(url)) return 'login';
  if (/^\s*http:/i.test(url)) return 'http';
  return !url.includes('://') && url.includes('.') ? 'noScheme' : 'other';
}

function faultAt(host: string): SubscriptionFault | null {
  if (host.startsWith('page')) return { kind: 'noList' };
  return host.startsWith('down') ? { kind: 'noConnection', host } : null;
}

export function previewOf(id: number, url: string): SubscriptionPreview {
  const host = hostOf(url);
  const fault: SubscriptionFault | null = host === undefined ? { kind: 'badUrl', slip: slipOf(url) } : faultAt(host);
  return {
    id,
    host: host ?? '',
    title: fault ? '' : 'Some servers',
    known: false,
    fault,
    found: { id: 0, format: fault ? 'unknown' : 'sip008', added: fault ? [] : entries, changed: [], unchanged: [], repeated: [], refused: [] },
    usage: fault ? { used: null, total: null, expiresMs: null } : { used: 3e9, total: 50e9, expiresMs: null },
  };
}

export function subscription(change: Partial<SubscriptionView> & { id: string; host: string }): SubscriptionView {
  return {
    title: change.name || change.host,
    name: '',
    locked: false,
    paused: false,
    fetching: false,
    intervalHours: USUAL_HOURS,
    ownIntervalHours: null,
    goodMs: null,
    fault: null,
    nextMs: null,
    usage: { used: null, total: null, expiresMs: null },
    profiles: 0,
    gone: 0,
    refused: 0,
    merged: null,
    ...change,
  };
}

function fetched(saved: SubscriptionView, now: number): SubscriptionView {
  const fault = faultAt(saved.host);
  const good = fault ? {} : { goodMs: now, merged: { added: 0, changed: 0, unchanged: saved.profiles, removed: 0, kept: 0 } };
  return { ...saved, ...good, fault, nextMs: saved.paused ? null : now + saved.intervalHours * HOUR };
}

function added(state: AppState, { preview }: OfferedList, name: string, hours: number | null, now: number): Partial<AppState> {
  if (preview.host === '') return {};
  const id = `list${preview.id}`;
  const profiles = preview.found.added.map(({ index, name, server, port, method, plugin }): ProfileView => titled({
    ...{ id: `${id}-${index}`, name, server, port, method, plugin: plugin ?? '', pluginOpts: '', pluginApproved: false },
    ...{ builtin: false, passwordLocked: false, legacy: false, legacyApproved: false, oneTimeAuth: false, notes: '', subscription: id, gone: false },
  }));
  const intervalHours = Math.max(1, hours ?? USUAL_HOURS);
  const own = { name, title: name || preview.title || preview.host, intervalHours, ownIntervalHours: hours };
  const saved = fetched(subscription({ id, host: preview.host, usage: preview.usage, profiles: profiles.length, ...own }), now);
  return {
    subscriptions: [...state.subscriptions, saved],
    profiles: [...state.profiles, ...profiles],
    active: state.active ?? profiles[0]?.id ?? null,
  };
}

function removed(state: AppState, id: string, keep: boolean): Partial<AppState> {
  const own = { subscription: null, gone: false };
  const left = keep
    ? state.profiles.map((profile) => (profile.subscription === id ? { ...profile, ...own } : profile))
    : state.profiles.filter((profile) => profile.subscription !== id);
  const active = left.some((profile) => profile.id === state.active) ? state.active : (left[0]?.id ?? null);
  return { subscriptions: state.subscriptions.filter((list) => list.id !== id), profiles: left, active };
}

/** What becomes of the state by a command about subscriptions; nothing by another. */
export function afterList(state: AppState, command: Command, offered: OfferedList | undefined): Partial<AppState> | undefined {
  const now = Date.now();
  const change = (id: string, other: (list: SubscriptionView) => SubscriptionView) => ({
    subscriptions: state.subscriptions.map((list) => (list.id === id ? other(list) : list)),
  });
  switch (command.kind) {
    case 'addSubscription':
      return offered?.preview.id === command.id ? added(state, offered, command.name.trim(), command.intervalHours, now) : {};
    case 'dropSubscription':
      return {};
    case 'refreshSubscription':
      return {
        subscriptions: state.subscriptions.map((list) => {
          const wanted = !list.locked && (command.id === null ? !list.paused : list.id === command.id);
          return wanted ? fetched(list, now) : list;
        }),
      };
    case 'renameSubscription':
      return change(command.id, (list) => ({ ...list, name: command.name.trim(), title: command.name.trim() || list.host }));
    case 'setSubscriptionInterval':
      return change(command.id, (list) => {
        const intervalHours = Math.max(1, command.hours ?? USUAL_HOURS);
        return { ...list, intervalHours, ownIntervalHours: command.hours, nextMs: list.paused ? null : now + intervalHours * HOUR };
      });
    case 'pauseSubscription':
      return change(command.id, (list) => {
        return { ...list, paused: command.paused, nextMs: command.paused ? null : now + list.intervalHours * HOUR };
      });
    case 'removeSubscription':
      return removed(state, command.id, command.keepProfiles);
    default:
      return undefined;
  }
}
