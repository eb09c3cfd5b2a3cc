/** The longest text, in characters, that is put into a field. */
const LONG = 100_000;

/** A long text as a file of this name: a field of megabytes would keep the window from answering. */
export const asFile = (name: string, text: string) => (text.length > LONG ? new File([text], name) : undefined);

/** What is pasted into a field for links: a long text is taken as such a file; of a picture some web views say nothing at all. */
export const paste = (name: string, take: (files: File[]) => void, look: () => void) => (event: ClipboardEvent) => {
  const data = event.clipboardData;
  if (!data) return;
  const file = asFile(name, data.getData('text/plain'));
  const nothing = data.types.length === 0;
  if (!file && !nothing) return;
  event.preventDefault();
  file ? take([file]) : look();
};
