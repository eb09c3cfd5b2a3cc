// Plays the profile that was deleted last, which can be had back once.
import type { AppState } from '../bindings/AppState';
import type { ProfileView } from '../bindings/ProfileView';

export class Deleted {
  #last: { profile: ProfileView; at: number } | undefined;

  /** What deleting makes of the state; nothing when there is no such profile. */
  delete({ profiles, active }: AppState, id: string): Pick<AppState, 'profiles' | 'active' | 'undo'> | undefined {
    const at = profiles.findIndex((profile) => profile.id === id);
    const profile = profiles[at];
    if (!profile) return undefined;
    this.#last = { profile, at };
    const left = profiles.toSpliced(at, 1);
    return { profiles: left, active: active === id ? (left.at(Math.min(at, left.length - 1))?.id ?? null) : active, undo: profile.title };
  }

  /** What having it back makes of the state; nothing when there is none. */
  undo({ profiles, active }: AppState): Pick<AppState, 'profiles' | 'active' | 'undo'> | undefined {
    if (!this.#last) return undefined;
    const { profile, at } = this.#last;
    this.#last = undefined;
    return { profiles: profiles.toSpliced(at, 0, profile), active: active ?? profile.id, undo: null };
  }
}
