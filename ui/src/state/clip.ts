import type { Backend } from '../backend/backend';

/** What came of copying: there for a minute, there until something else is, or not there. */
export type Copied = 'minute' | 'stays' | 'not';

/** Puts a text into the clipboard, by the program or, where that does not get at it, by the web view. */
export async function clip(backend: Backend, text: string): Promise<Copied> {
  try {
    await backend.copy(text);
    return 'minute';
  } catch {
    return byThePage(text) ? 'stays' : 'not';
  }
}

function byThePage(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', put);
  try {
    return document.execCommand?.('copy') ?? false;
  } finally {
    document.removeEventListener('copy', put);
  }
}
