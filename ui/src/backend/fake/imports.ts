// Plays imports: each line of a text with an address in it is a link, and changes the saved profile that has its server and port.
import type { ImportChange } from '../bindings/ImportChange';
import type { ImportDifference } from '../bindings/ImportDifference';
import type { ImportEntry } from '../bindings/ImportEntry';
import type { ImportPlace } from '../bindings/ImportPlace';
import type { ImportPreview } from '../bindings/ImportPreview';
import type { Look } from '../bindings/Look';
import type { LookFault } from '../bindings/LookFault';
import type { ProfileView } from '../bindings/ProfileView';
import { address } from '../../text/address';
import { link, type Link } from './rules';

/** An entry that can be taken. */
export type Good = Extract<Link, { good: unknown }>['good'] & { index: number };

/** What was shown last, and what the command `import` would do. */
export interface Offered {
  id: number;
  good: Good[];
  changed: ImportChange[];
}

/** What the codes on the screen and the text on the clipboard say, or why nobody knows. */
export type Sights = Record<'screen' | 'clipboard', string | LookFault>;

/** What a scene has there. */
export const SEEN = 'ss://YWVzLTI1Ni1nY206c2VjcmV0@seen.example.net:8388#Seen';

/** What a look at that comes to. */
export async function lookOf(seen: string | LookFault, format: 'screen' | 'links', read: (text: string) => Promise<ImportPreview>): Promise<Look> {
  if (typeof seen !== 'string') return { kind: 'failed', fault: seen };
  const preview = { ...(await read(seen)), format };
  if (seen === '') preview.refused = [{ index: 0, place: { kind: 'whole' }, reason: { code: 'noCodeOnScreen' } }];
  return { kind: 'seen', preview };
}

export function offerOf(id: number, text: string, saved: readonly ProfileView[]): { offered: Offered; preview: ImportPreview } {
  const preview: ImportPreview = { id, format: 'links', added: [], changed: [], unchanged: [], repeated: [], refused: [] };
  const good: Good[] = [];
  text.split('\n').forEach((line, index) => {
    if (!line.includes('://')) return;
    const place: ImportPlace = { kind: 'line', line: index + 1 };
    const read = link(line.trim());
    if ('bad' in read) return void preview.refused.push({ index, place, reason: read.bad });
    const { password: _, ...shown } = read.good;
    const entry = { ...shown, index, place, unused: unusedOf(line), name: shown.name || address(shown.server, shown.port) };
    if (good.some(({ server, port }) => server === entry.server && port === entry.port)) return void preview.repeated.push(entry);
    const known = saved.find(({ server, port }) => server === entry.server && port === entry.port);
    const differs = known ? differences(known, entry) : [];
    if (!known) preview.added.push(entry);
    else if (differs.length) preview.changed.push({ entry, profile: known.id, differs });
    else return void preview.unchanged.push(entry);
    good.push({ ...read.good, index });
  });
  if (good.length + preview.refused.length + preview.unchanged.length === 0) {
    preview.refused.push({ index: 0, place: { kind: 'whole' }, reason: { code: 'notALink' } });
  }
  return { offered: { id, good, changed: preview.changed }, preview };
}

function unusedOf(line: string): string[] {
  const query = /\?([^#]*)/.exec(line)?.[1] ?? '';
  return [...new URLSearchParams(query).keys()].filter((key) => key !== 'plugin');
}

/** With another method there goes another password. */
function differences(saved: ProfileView, entry: ImportEntry): ImportDifference[] {
  const differs: ImportDifference[] = [];
  if (saved.title !== entry.name) differs.push({ field: 'name', before: saved.name, after: entry.name });
  if (saved.method !== entry.method) {
    differs.push({ field: 'method', before: saved.method, after: entry.method }, { field: 'password', before: '', after: '' });
  }
  return differs;
}
