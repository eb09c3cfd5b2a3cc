import type { ChangeReason } from '../../backend/bindings/ChangeReason';
import type { MemberHealth } from '../../backend/bindings/MemberHealth';
import type { Policy } from '../../backend/bindings/Policy';
import { byKind, type ByKind } from '../coded';
import type { Figures } from '../figures';

const policies: Record<Policy, string> = { fixed: 'Fixed', fallback: 'Fallback', fastest: 'Fastest', random: 'Random' };

const about: Record<Policy, string> = {
  fixed: 'The server that you choose, whatever becomes of it.',
  fallback: 'The first server that works; back to an earlier one when that works again.',
  fastest: 'The server that answers soonest; a small difference does not count.',
  random: 'Any server that works, another one each time.',
};

const health: Record<MemberHealth, string> = {
  unknown: 'nothing known',
  good: 'works',
  bad: 'does not work',
  unusable: 'cannot be used as it is',
};

/** Several servers in place of one. */
export function groups({ latency, plural, span }: Figures) {
  const why: ByKind<ChangeReason> = {
    begun: () => 'the group was chosen or switched on',
    gone: () => 'the one before is gone or cannot be used',
    fixed: () => 'you chose it',
    failed: () => 'the one before does not work',
    returned: () => 'it works again, and stands before the other',
    faster: ({ micros, beforeMicros }) => `its first byte comes after ${latency(micros)} in place of ${latency(beforeMicros)}`,
  };
  return {
    title: 'Groups',
    list: 'Groups',
    none: 'A group stands for several servers: one is used, and another takes its place when it fails or is slower.',
    new: 'New group',
    edit: 'Edit group',
    editNamed: (name: string) => `Edit ${name}`,
    delete: (name: string) => `Delete ${name}`,
    deleteTitle: (name: string) => `Delete ${name}?`,
    deleteText: 'Its profiles stay. If the group is in use, the profile that is used now stays in use.',
    nameless: 'No name',
    inUse: 'in use',
    use: 'Use',
    useNamed: (name: string) => `Use ${name}`,
    members: 'Members',
    membersOf: (name: string) => `Members of ${name}`,
    empty: 'No member is left, so this group cannot be used.',
    usedNow: 'used now',
    described: (policy: Policy) => `${policies[policy]}: ${about[policy]}`,
    changed: (time: string, to: string, from: string | null, reason: ChangeReason) => {
      const since = from === null || reason.kind === 'begun' ? `${to} since ${time}` : `${to} since ${time}, in place of ${from}`;
      return `${since}, because ${byKind<ChangeReason>(why, reason)}.`;
    },
    policies,
    about,
    health,
    back: 'Profiles',
    name: 'Name',
    nameHint: 'May be empty.',
    policy: 'How one is chosen',
    membersHint: 'The one to prefer stands first.',
    membersNone: 'A group needs a member: choose one here.',
    move: (name: string) => `Move ${name}: arrow keys or drag`,
    moved: (name: string, at: number, of: number) => `${name} is now ${at} of ${of}.`,
    remove: (name: string) => `Take ${name} out`,
    add: 'Add a member',
    addWhich: 'Choose a profile…',
    addAll: (n: number) => plural(n, { one: 'Add the one left', other: 'Add all # left' }),
    fixed: 'Member used',
    fixedFirst: 'the first one',
    dwell: 'Keep one for at least',
    dwellHint: 'So long a working member is kept before a better one takes its place. One that fails is left at once.',
    dwellFor: (seconds: number) => (seconds === 0 ? 'no time' : span(seconds * 1000)),
    save: 'Save',
  };
}
