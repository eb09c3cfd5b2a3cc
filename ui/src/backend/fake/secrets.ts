// A stand-in for where the app keeps secrets, and what it says of them.
import type { AppState } from '../bindings/AppState';
import type { SecretsPlace } from '../bindings/SecretsPlace';
import type { SecretsView } from '../bindings/SecretsView';

/** What opens when the key store gives its key; nothing where there is no key store. */
export function unlocked({ secrets, profiles, ports, subscriptions, routing }: AppState): Partial<AppState> | undefined {
  if (secrets.keyStore.kind === 'absent') return undefined;
  const opened = <T>(list: T[]) => list.map((one) => ({ ...one, passwordLocked: false }));
  const lists = subscriptions.map((list) => ({ ...list, locked: false, host: list.host || 'lists.example.net' }));
  return {
    ...{ profiles: opened(profiles), ports: opened(ports), subscriptions: lists },
    routing: { ...routing, lists: routing.lists.map((list) => ({ ...list, locked: false, host: list.host || 'lists.example.org' })) },
    secrets: { ...secrets, keyStore: { kind: 'ready' }, locked: 0 },
  };
}

/** What comes of asking for them to be elsewhere. */
export function moved(secrets: SecretsView, to: SecretsPlace): SecretsView {
  if (to === 'keyStore' && secrets.keyStore.kind === 'absent') return { ...secrets, notMoved: secrets.keyStore };
  if (to === 'file' && secrets.locked) return { ...secrets, notMoved: { kind: 'locked' } };
  return { ...secrets, place: to, notMoved: null };
}
