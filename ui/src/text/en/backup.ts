import type { BackupFault } from '../../backend/bindings/BackupFault';
import type { ByCode } from '../coded';
import type { Figures } from '../figures';

const faults: ByCode<BackupFault> = {
  file: ({ cause }) => `The file cannot be used: ${cause.replace(/\.$/, '')}.`,
  tooLong: () => 'The file is longer than any backup.',
  notABackup: () => 'This is no backup of Parasol’s.',
  newer: () => 'A newer Parasol made this backup. Update this one first.',
  passphraseNeeded: () => 'This backup opens only with its passphrase.',
  wrongPassphrase: () => 'This passphrase does not open it. Mind capitals and the keyboard layout.',
  damaged: () => 'The backup is damaged: it was cut or changed after it was made. Nothing of it was taken.',
  tooMuchWork: () => 'The file asks for far more work than any backup of Parasol’s, so it is not opened.',
  emptyPassphrase: () => 'An empty passphrase protects nothing.',
};

/** Everything in one file, and back. */
export function backup({ plural }: Figures) {
  return {
    title: 'Backup',
    lead: 'Everything in one file: profiles, ports, rules and settings, with the passwords.',
    make: 'Back up…',
    restore: 'Restore…',
    makeTitle: 'Back up everything',
    restoreTitle: 'Restore a backup',
    restoreLead: 'Restoring replaces all that is here with what is in the file. You see what it would change before anything is done.',
    replaces: 'Restoring replaces all that is here with what is in the file.',
    restoreIt: 'Restore',
    choose: 'Choose the file…',
    chooseOther: 'Choose another file…',
    passphrase: 'Passphrase',
    passphraseNone: 'Empty: whoever gets the file has every password in it.',
    once: 'Once more',
    differ: 'The two differ.',
    passphraseSet: 'Without it nobody opens the file, you neither.',
    passphraseOpenHint: 'Empty if it has none.',
    reveal: 'Show passphrase',
    save: 'Save…',
    saving: 'Saving…',
    look: 'Open',
    looking: 'Opening…',
    done: (path: string) => `Saved to ${path}.`,
    missing: (n: number) =>
      plural(n, {
        one: '# password or address is missing from this file. Unlock the password store (Settings → Passwords) and make it again.',
        other: '# passwords and addresses are missing from this file. Unlock the password store (Settings → Passwords) and make it again.',
      }),
    close: 'Close',
    faults,
  };
}
