/** The longest text, in characters, that is put into a field. */
const LONG = 100_000;

/** A long text as a file of this name: a field of megabytes would keep the window from answering. */
export const asFile = (name: string, text: string) => (text.length > LONG ? new File([text], name) : undefined);

/** Takes a long pasted text as such a file. */
export const longAsFile = (name: string, take: (files: File[]) => void) => (event: ClipboardEvent) => {
  const file = asFile(name, event.clipboardData?.getData('text/plain') ?? '');
  if (!file) return;
  event.preventDefault();
  take([file]);
};
