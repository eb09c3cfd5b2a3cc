import type { Backend } from '../backend/backend';
import type { Fault } from '../backend/bindings/Fault';
import type { PortDraft } from '../backend/bindings/PortDraft';
import type { PortField } from '../backend/bindings/PortField';
import type { PortFieldProblem } from '../backend/bindings/PortFieldProblem';
import type { PortView } from '../backend/bindings/PortView';

/** A port in the editor: what was typed, what the app says about it, and whether it differs from what is saved. */
export class PortEdit {
  readonly #backend: Backend;
  readonly #nameServer: string;
  readonly #saved: PortDraft;
  #typed = $state.raw<PortDraft>() as PortDraft;
  #problems = $state.raw<readonly PortFieldProblem[]>([]);
  #touched = $state.raw<ReadonlySet<PortField>>(new Set());
  #all = $state(false);
  #asked = 0;

  /** `nameServer` is the one that a DNS port asks until the user names another. */
  constructor(backend: Backend, port: PortView | undefined, nameServer: string) {
    this.#backend = backend;
    this.#nameServer = nameServer;
    this.#saved = {
      id: port?.id ?? null,
      name: port?.name ?? '',
      port: port ? String(port.port) : '',
      kind: port?.kind ?? 'mixed',
      target: port?.target ?? '',
      profile: port?.profile ?? null,
      lan: port?.lan ?? false,
      user: port?.user ?? '',
      password: port?.passwordSet ? null : '',
      carries: port?.carries ?? 'both',
    };
    this.#typed = this.#saved;
    void this.#check();
  }

  get typed(): PortDraft {
    return this.#typed;
  }

  /** Something was typed or chosen. */
  change(change: Partial<PortDraft>, field?: PortField) {
    const { kind } = this.#typed;
    if (change.kind === 'dns' && kind !== 'dns') change = { target: this.#nameServer, ...change };
    else if (change.kind && change.kind !== kind && kind === 'dns') change = { target: '', ...change };
    this.#typed = { ...this.#typed, ...change };
    if (field) this.#touched = new Set([...this.#touched, field]);
    void this.#check();
  }

  /** What is wrong with a field. That it is empty is not said before the user has been at it. */
  fault(field: PortField): Fault | undefined {
    const fault = this.#problems.find((problem) => problem.field === field)?.fault;
    return fault?.code === 'empty' && !this.#all && !this.#touched.has(field) ? undefined : fault;
  }

  get changed(): boolean {
    return (Object.keys(this.#saved) as (keyof PortDraft)[]).some((key) => this.#typed[key] !== this.#saved[key]);
  }

  /** The saved password is kept. */
  get keepsPassword(): boolean {
    return this.#typed.password === null;
  }

  /** The draft to be saved; absent when the app would not take it, and then every problem is shown. */
  async ready(): Promise<PortDraft | undefined> {
    const draft = this.#typed;
    const problems = await this.#backend.checkPort(draft);
    if (problems.length === 0) return draft;
    this.#problems = problems;
    this.#all = true;
    return undefined;
  }

  async #check() {
    const asked = ++this.#asked;
    const problems = await this.#backend.checkPort(this.#typed);
    if (asked === this.#asked) this.#problems = problems;
  }
}
