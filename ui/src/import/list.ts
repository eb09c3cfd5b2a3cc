import type { ImportPlace } from '../backend/bindings/ImportPlace';

/** What of a word is an address of a list, without the marks of the sentence that it stands in. */
const plain = (text: string) => /(?:https?|ssconf):\/\/[^\s"'<>`]+/i.exec(text)?.[0].replace(/[.,;:!?)\]}]+$/, '');

/**
 * The address of a list in the place that was refused for it: as it is, or within a link that hands it to another program,
 * such as `clash://install-config?url=…`. The app names no address: whoever has it has the servers.
 */
export function listAt(text: string, place: ImportPlace): string | undefined {
  const line = place.kind === 'line' ? text.split('\n')[place.line - 1] : undefined;
  if (line === undefined) return undefined;
  try {
    const handed = /^\s*[a-z-]+:\/\/\S*[?&]url=([^&#\s]+)/i.exec(line);
    if (handed && !/^\s*https?:/i.test(line)) return plain(decodeURIComponent(handed[1]!));
    const packed = /\bsub:\/\/([\w+/=-]+)/i.exec(line);
    if (packed) return plain(atob(packed[1]!.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return undefined;
  }
  return plain(line);
}
