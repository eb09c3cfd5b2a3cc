import type { Backend } from '../backend/backend';
import type { Fault } from '../backend/bindings/Fault';
import type { Field } from '../backend/bindings/Field';
import type { FieldProblem } from '../backend/bindings/FieldProblem';
import type { ProfileDraft } from '../backend/bindings/ProfileDraft';
import type { ProfileView } from '../backend/bindings/ProfileView';

type Typed = Omit<ProfileDraft, 'id'>;

const FIELDS: readonly Field[] = ['name', 'server', 'port', 'method', 'password', 'plugin', 'pluginOpts', 'notes'];

/** A profile in the editor: what was typed, what the app says about it, and whether it differs from what is saved. */
export class Draft {
  readonly #backend: Backend;
  readonly #id: string | null;
  readonly #saved: Typed;
  #typed = $state.raw<Typed>() as Typed;
  #problems = $state.raw<readonly FieldProblem[]>([]);
  #touched = $state.raw<ReadonlySet<Field>>(new Set());
  #revealed = $state<string>();
  #asked = 0;

  constructor(backend: Backend, profile: ProfileView | undefined, method: string) {
    this.#backend = backend;
    this.#id = profile?.id ?? null;
    this.#saved = {
      name: profile?.name ?? '',
      server: profile?.server ?? '',
      port: profile ? String(profile.port) : '',
      method: profile?.method ?? method,
      password: profile ? null : '',
      plugin: profile?.plugin ?? '',
      pluginOpts: profile?.pluginOpts ?? '',
      oneTimeAuth: profile?.oneTimeAuth ?? false,
      notes: profile?.notes ?? '',
    };
    this.#typed = this.#saved;
    void this.#check();
  }

  get isNew(): boolean {
    return this.#id === null;
  }

  /** What stands in a field. The saved password stands there only once it was asked for. */
  value(field: Field): string {
    return field === 'password' ? (this.#typed.password ?? this.#revealed ?? '') : this.#typed[field];
  }

  type(field: Field, value: string) {
    this.#typed = { ...this.#typed, [field]: value };
    this.touch(field);
    void this.#check();
  }

  /** From now on the field's problem is shown. */
  touch(field: Field) {
    this.#touched = new Set([...this.#touched, field]);
  }

  /** What is wrong with a field. That it is empty is not said before the user has been at it. */
  fault(field: Field): Fault | undefined {
    const fault = this.#problems.find((problem) => problem.field === field)?.fault;
    return fault?.code === 'empty' && !this.#touched.has(field) ? undefined : fault;
  }

  /** Whether one-time authentication is sent, where the method has it. */
  get oneTimeAuth(): boolean {
    return this.#typed.oneTimeAuth;
  }

  set oneTimeAuth(on: boolean) {
    this.#typed = { ...this.#typed, oneTimeAuth: on };
  }

  get changed(): boolean {
    if (this.#typed.oneTimeAuth !== this.#saved.oneTimeAuth) return true;
    return FIELDS.some((field) => this.#typed[field] !== this.#saved[field]);
  }

  /** The saved password is neither shown nor replaced. */
  get keepsPassword(): boolean {
    return this.#typed.password === null && this.#revealed === undefined;
  }

  /** Fetches the saved password, unless a new one was typed. */
  async reveal() {
    if (this.#id !== null && this.keepsPassword) this.#revealed = await this.#backend.password(this.#id);
  }

  /** The draft to be saved; absent when the app would not take it, and then every problem is shown. */
  async ready(): Promise<ProfileDraft | undefined> {
    const draft = this.typed;
    const problems = await this.#backend.check(draft);
    if (problems.length === 0) return draft;
    this.#problems = problems;
    this.#touched = new Set(FIELDS);
    return undefined;
  }

  /** The first field that has a problem. */
  get firstFault(): Field | undefined {
    return FIELDS.find((field) => this.#problems.some((problem) => problem.field === field));
  }

  /** What is typed, right or wrong. */
  get typed(): ProfileDraft {
    return { id: this.#id, ...this.#typed };
  }

  async #check() {
    const asked = ++this.#asked;
    const problems = await this.#backend.check(this.typed);
    if (asked === this.#asked) this.#problems = problems;
  }
}
