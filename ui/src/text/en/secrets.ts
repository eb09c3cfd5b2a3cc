import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SecretsPlace } from '../../backend/bindings/SecretsPlace';
import type { ByKind } from '../coded';
import type { Figures } from '../figures';

const said = (words: string, cause: string) => (cause ? `${words}: ${cause.replace(/\.$/, '')}.` : `${words}.`);

/** What the key store said, as a sentence. */
const keyStore: ByKind<KeyStoreView> = {
  unasked: () => 'The key store has not answered yet.',
  ready: () => 'The key store is there and open.',
  locked: () => 'The key store is locked. Unlocking it may ask you for its password.',
  dismissed: () => 'The key store stayed locked, because its question was answered with no.',
  absent: ({ cause }) => said('This system has no key store that Parasol can reach', cause),
  silent: () => 'The key store does not answer.',
  noKey: () => 'The key store does not have Parasol’s key: it was reset, or is another user’s. Enter the passwords again and add the subscriptions anew, or restore a backup.',
  failed: ({ cause }) => said('The key store could not do it', cause),
};

const places: Record<SecretsPlace, string> = {
  keyStore: 'Passwords, logins and the addresses of subscriptions are sealed with a key that the system’s key store has. A copy of the profile file is of no use without it.',
  file: 'Passwords, logins and the addresses of subscriptions stand in the profile file, which you alone can read. Every program that runs as you can read it too.',
};

const moves: Record<SecretsPlace, string> = { keyStore: 'Seal with the key store', file: 'Keep in the file instead' };

/** Where passwords lie. */
export function secrets({ plural }: Figures) {
  return {
    title: 'Passwords',
    places,
    keyStore,
    moves,
    moving: 'Asking the key store…',
    notMoved: 'They were not moved.',
    locked: (n: number) => plural(n, { one: '# secret is locked.', other: '# secrets are locked.' }),
    waiting: (n: number) =>
      plural(n, {
        one: '# secret stands in the file until the key store gives its key.',
        other: '# secrets stand in the file until the key store gives its key.',
      }),
    unlock: 'Unlock',
    again: 'Try again',
    profileLocked: 'password locked',
    profileLockedLong: 'The saved password is locked in the key store. Unlock it, or enter it anew.',
    listLocked: 'Its address is locked in the key store, so it cannot be fetched.',
  };
}
