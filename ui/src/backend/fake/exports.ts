// A stand-in for the app's exports.
import type { Exported } from '../bindings/Exported';
import type { ExportFormat } from '../bindings/ExportFormat';
import type { ProfileView } from '../bindings/ProfileView';
import { linkOf } from './rules';

/** These profiles as another program reads them. */
export function exported(profiles: ProfileView[], format: ExportFormat, password: (id: string) => string): Exported {
  const [leftOut, wanted] = [profiles.filter(({ builtin }) => builtin), profiles.filter(({ builtin }) => !builtin)];
  const [locked, chosen] = [wanted.filter(({ passwordLocked }) => passwordLocked), wanted.filter(({ passwordLocked }) => !passwordLocked)];
  const links = chosen.map((profile) => `${linkOf(profile, password(profile.id))}\n`);
  const servers = chosen.map(({ id, name, server, port, method }) => ({
    ...{ id, remarks: name, server, server_port: port, method, password: password(id) },
  }));
  const text = format === 'links' ? links.join('') : `${JSON.stringify({ version: 1, servers }, null, 2)}\n`;
  const titles = (some: ProfileView[]) => some.map(({ title }) => title);
  return { text: chosen.length === 0 ? '' : text, leftOut: titles(leftOut), locked: titles(locked) };
}
