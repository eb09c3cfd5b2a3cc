// What came of giving a text away. It is kept as it is and put into words when it is shown: the language may change.
import type { ExportSaved } from '../backend/bindings/ExportSaved';
import { text } from '../text/text';
import { clip, type Copied } from './clip';
import type { Program } from './program.svelte';

export type Given = { kind: 'copied'; copied: Copied } | ExportSaved;

export async function copyText(program: Program, text: string): Promise<Given> {
  return { kind: 'copied', copied: await clip(program.backend, text) };
}

/** Into a file of the user's choice; undefined when they choose none. */
export async function saveText(program: Program, name: string, text: string): Promise<Given | undefined> {
  try {
    return (await program.backend.saveText(name, text)) ?? undefined;
  } catch (cause) {
    program.fail(cause);
    return undefined;
  }
}

/** In words; nothing where nothing came of it. */
export function told(given: Given | undefined): string {
  switch (given?.kind) {
    case 'copied':
      return text.given.copied[given.copied];
    case 'done':
      return text.given.saved(given.path);
    case 'failed':
      return text.given.notSaved(given.cause);
    default:
      return '';
  }
}
