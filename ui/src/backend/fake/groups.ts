// Plays groups: the first of the members is used, or the one that is fixed.
import type { AppState } from '../bindings/AppState';
import type { Command } from '../bindings/Command';
import type { GroupDraft } from '../bindings/GroupDraft';
import type { GroupView } from '../bindings/GroupView';
import type { ProfileView } from '../bindings/ProfileView';

/** The groups with this draft among them; as they were when it makes no sense. */
function withGroup(groups: GroupView[], draft: GroupDraft, profiles: ProfileView[], id: string): GroupView[] {
  const ids = [...new Set(draft.members)].filter((member) => profiles.some((profile) => profile.id === member));
  if (!ids.length || draft.name.length > 200) return groups;
  const saved = groups.find((group) => group.id === draft.id);
  const group: GroupView = {
    id: saved?.id ?? id,
    name: draft.name.trim(),
    policy: draft.policy,
    members: ids.map((member) => ({ id: member, health: 'unknown', latencyMicros: null })),
    fixed: draft.fixed !== null && ids.includes(draft.fixed) ? draft.fixed : null,
    dwellS: Math.min(draft.dwellS, 86_400),
    changed: saved?.changed ?? null,
  };
  return saved ? groups.map((other) => (other.id === group.id ? group : other)) : [...groups, group];
}

/** The group in use, and the first of its members with it. */
function using(state: AppState, id: string, atMs: number): Partial<AppState> {
  const group = state.groups.find((one) => one.id === id);
  const member = group?.members.find((one) => one.id === group.fixed) ?? group?.members[0];
  const to = state.profiles.find((profile) => profile.id === member?.id);
  if (!group || !to) return {};
  const changed = { atMs, from: null, to: to.title, why: { kind: 'begun' as const } };
  return { group: id, active: to.id, groups: state.groups.map((one) => (one.id === id ? { ...one, changed } : one)) };
}

/** What becomes of the state by a command about groups; nothing by another. */
export function afterGroup(state: AppState, command: Command, newId: () => string): Partial<AppState> | undefined {
  switch (command.kind) {
    case 'selectGroup':
      return using(state, command.id, Date.now());
    case 'saveGroup':
      return { groups: withGroup(state.groups, command.draft, state.profiles, newId()) };
    case 'deleteGroup':
      return { groups: state.groups.filter(({ id }) => id !== command.id), group: state.group === command.id ? null : state.group };
    default:
      return undefined;
  }
}
