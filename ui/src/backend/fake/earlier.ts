// A stand-in for the app's earlier states: lists of profiles, and what going back to one would change.
import type { Difference } from '../bindings/Difference';
import type { EarlierState } from '../bindings/EarlierState';
import type { EntryDiffers } from '../bindings/EntryDiffers';
import type { FieldDiffers } from '../bindings/FieldDiffers';
import type { ProfileView } from '../bindings/ProfileView';

/** A list of profiles as it was. */
export interface Earlier {
  untilMs: number;
  profiles: ProfileView[];
}

/** The most that are kept. */
export const MOST = 10;

const fields = [
  ['name', 'name'],
  ['server', 'server'],
  ['port', 'port'],
  ['method', 'method'],
  ['plugin', 'plugin'],
  ['plugin_opts', 'pluginOpts'],
] as const;

/** What would come, go and change. */
export function difference(now: ProfileView[], then: ProfileView[]): Difference {
  const has = (list: ProfileView[], id: string) => list.some((profile) => profile.id === id);
  const entry = ({ id, title }: ProfileView) => ({ list: 'profiles', id, title });
  const gone = now.filter(({ id }) => !has(then, id)).map((profile) => ({ ...entry(profile), change: { kind: 'goes' as const } }));
  const others = then.flatMap((profile): EntryDiffers[] => {
    const before = now.find(({ id }) => id === profile.id);
    if (!before) return [{ ...entry(profile), change: { kind: 'comes' } }];
    const changed = fields.flatMap(([name, key]): FieldDiffers[] =>
      before[key] === profile[key] ? [] : [{ name, now: String(before[key]), then: String(profile[key]) }],
    );
    return changed.length ? [{ ...entry(profile), change: { kind: 'changes', fields: changed } }] : [];
  });
  const unchanged = then.filter(({ id }) => has(now, id) && !others.some((other) => other.id === id)).map(entry);
  return { entries: [...gone, ...others], unchanged, settings: [] };
}

/** As it is listed. */
export function listed(now: ProfileView[], { untilMs, profiles }: Earlier): EarlierState {
  const { entries } = difference(now, profiles);
  const count = (kind: string) => entries.filter(({ change }) => change.kind === kind).length;
  return { untilMs, comes: count('comes'), goes: count('goes'), changes: count('changes'), settings: 0 };
}
