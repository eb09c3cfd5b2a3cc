import type { GroupDraft } from '../backend/bindings/GroupDraft';
import type { GroupView } from '../backend/bindings/GroupView';

/** Seconds that a member is used at least, unless the user says otherwise. */
const DWELL = 60;
/** What is offered for that. */
const DWELLS = [0, 30, 60, 300, 900, 3600];

/** A group in the editor. */
export class GroupEdit {
  readonly #saved: GroupDraft;
  #typed = $state.raw<GroupDraft>() as GroupDraft;

  constructor(group: GroupView | undefined) {
    this.#saved = {
      id: group?.id ?? null,
      name: group?.name ?? '',
      policy: group?.policy ?? 'fallback',
      members: group?.members.map(({ id }) => id) ?? [],
      fixed: group?.fixed ?? null,
      dwellS: group?.dwellS ?? DWELL,
    };
    this.#typed = this.#saved;
  }

  get typed(): GroupDraft {
    return this.#typed;
  }

  /** The times to choose from, the saved one among them. */
  get dwells(): number[] {
    return [...new Set([...DWELLS, this.#saved.dwellS])].sort((one, other) => one - other);
  }

  change(change: Partial<GroupDraft>) {
    this.#typed = { ...this.#typed, ...change };
  }

  add(ids: readonly string[]) {
    this.change({ members: [...this.#typed.members, ...ids] });
  }

  remove(id: string) {
    const { members, fixed } = this.#typed;
    this.change({ members: members.filter((member) => member !== id), fixed: fixed === id ? null : fixed });
  }

  get changed(): boolean {
    const key = ({ members, ...rest }: GroupDraft) => JSON.stringify([members, Object.entries(rest).sort()]);
    return key(this.#typed) !== key(this.#saved);
  }
}
