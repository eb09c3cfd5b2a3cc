/** The longest text, in characters, that is put into a field. */
const LONG = 100_000;

/** Takes a long pasted text as a file of this name: a field of megabytes would keep the window from answering. */
export const longAsFile = (name: string, take: (files: File[]) => void) => (event: ClipboardEvent) => {
  const pasted = event.clipboardData?.getData('text/plain') ?? '';
  if (pasted.length <= LONG) return;
  event.preventDefault();
  take([new File([pasted], name)]);
};
