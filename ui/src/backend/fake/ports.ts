// A stand-in for the app's saving a port.
import type { PortDraft } from '../bindings/PortDraft';
import type { PortView } from '../bindings/PortView';

/** The ports with this one saved, under `newId` if it is new. */
export function withPort(ports: PortView[], { id, password, ...typed }: PortDraft, newId: string, open: boolean): PortView[] {
  const saved = ports.find((port) => port.id === id);
  const port: PortView = {
    ...typed,
    id: id ?? newId,
    port: Number(typed.port),
    passwordSet: password === null ? (saved?.passwordSet ?? false) : password !== '',
    passwordLocked: password === null && (saved?.passwordLocked ?? false),
    actual: { kind: open ? 'open' : 'closed' },
  };
  return saved ? ports.map((other) => (other.id === id ? port : other)) : [...ports, port];
}
