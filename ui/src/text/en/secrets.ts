import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SecretsPlace } from '../../backend/bindings/SecretsPlace';
import type { ByKind } from '../coded';
import type { Figures } from '../figures';

const said = (words: string, cause: string) => (cause ? `${words}: ${cause.replace(/\.$/, '')}.` : `${words}.`);

/** What the key store said, as a sentence. For the user it is the password store: that is what it is to them. */
const keyStore: ByKind<KeyStoreView> = {
  unasked: () => 'The password store has not answered yet.',
  ready: () => 'The password store is there and open.',
  locked: () => 'The password store is locked. Unlocking it may ask you for its password.',
  dismissed: () => 'The password store stayed locked, because its question was answered with no.',
  absent: ({ cause }) => said('This system has no password store that Parasol can reach', cause),
  silent: () => 'The password store does not answer.',
  noKey: () => 'The password store does not have Parasol’s key: it was reset, or is another user’s. Enter the passwords again and add the subscriptions anew, or restore a backup.',
  failed: ({ cause }) => said('The password store could not do it', cause),
};

const places: Record<SecretsPlace, string> = {
  keyStore: 'Passwords, logins and the addresses of subscriptions are encrypted. The key to them is in the system’s password store (such as GNOME Keyring or KWallet), and a copy of the profile file is of no use without it.',
  file: 'Passwords, logins and the addresses of subscriptions stand in the profile file, which you alone can read. Every program that runs as you can read it too.',
};

const moves: Record<SecretsPlace, string> = { keyStore: 'Encrypt with the password store', file: 'Keep in the file instead' };

const moved: Record<SecretsPlace, string> = { keyStore: 'Moved: they are encrypted now.', file: 'Moved: they stand in the file now.' };

/** Where passwords lie. */
export function secrets({ plural }: Figures) {
  return {
    title: 'Passwords',
    places,
    keyStore,
    moves,
    moved,
    moving: 'Asking the password store…',
    notMoved: 'They were not moved.',
    locked: (n: number) => plural(n, { one: '# password or address is locked.', other: '# passwords and addresses are locked.' }),
    waiting: (n: number) =>
      plural(n, {
        one: '# password or address stands in the file until the password store opens.',
        other: '# passwords and addresses stand in the file until the password store opens.',
      }),
    unlock: 'Unlock',
    again: 'Try again',
    profileLocked: 'password locked',
    profileLockedLong: 'The saved password is locked in the password store. Unlock it, or enter it anew.',
    listLocked: 'Its address is locked in the password store, so it cannot be fetched.',
  };
}
