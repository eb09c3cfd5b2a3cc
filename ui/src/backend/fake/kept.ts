// A stand-in for the states that the app keeps: those before this one, backups, and the one that was looked at last.
import type { BackupFault } from '../bindings/BackupFault';
import type { Candidate } from '../bindings/Candidate';
import type { EarlierState } from '../bindings/EarlierState';
import type { ProfileView } from '../bindings/ProfileView';
import { difference, type Earlier, listed, MOST } from './earlier';

interface Backup {
  passphrase: string | null;
  profiles: ProfileView[];
}

/** Lists of profiles that can be gone back to. */
export class Kept {
  /** The newest first. */
  #earlier: Earlier[];
  #backups = new Map<string, Backup>();
  #held: { id: number; profiles: ProfileView[] } | undefined;

  constructor(earlier: Earlier[] = []) {
    this.#earlier = earlier;
  }

  /** This is not so any more. */
  note(before: ProfileView[]) {
    const newest = this.#earlier[0]?.untilMs ?? 0;
    this.#earlier = [{ untilMs: Math.max(Date.now(), newest + 1), profiles: before }, ...this.#earlier].slice(0, MOST);
  }

  list(now: ProfileView[]): EarlierState[] {
    return this.#earlier.map((one) => listed(now, one));
  }

  at(untilMs: number): ProfileView[] | undefined {
    return this.#earlier.find((one) => one.untilMs === untilMs)?.profiles;
  }

  backUp(path: string, passphrase: string | null, profiles: ProfileView[]) {
    this.#backups.set(path, { passphrase, profiles });
  }

  /** What is in a backup, or why that is not to be known. */
  open(path: string, passphrase: string | null): ProfileView[] | BackupFault {
    const backup = this.#backups.get(path);
    if (!backup) return { code: 'file', cause: 'No such file or directory (os error 2)' };
    if (backup.passphrase !== null && passphrase === null) return { code: 'passphraseNeeded' };
    return backup.passphrase !== null && passphrase !== backup.passphrase ? { code: 'wrongPassphrase' } : backup.profiles;
  }

  /** To be gone to, if that is what comes next. */
  hold(id: number, now: ProfileView[], profiles: ProfileView[]): Candidate {
    this.#held = { id, profiles };
    return { id, difference: difference(now, profiles) };
  }

  /** What is held under this number. */
  held(id: number): ProfileView[] {
    return this.#held?.id === id ? this.#held.profiles : [];
  }

  /** The same, once. */
  take(id: number): ProfileView[] | undefined {
    const held = this.#held?.id === id ? this.#held.profiles : undefined;
    this.#held = undefined;
    return held;
  }
}
