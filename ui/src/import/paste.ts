/** The longest text, in characters, that is put into a field. */
const LONG = 100_000;

/** A long text as a file of this name: a field of megabytes would keep the window from answering. */
export const asFile = (name: string, text: string) => (text.length > LONG ? new File([text], name) : undefined);

/** What becomes of what is pasted into a field for links. */
export interface Pasting {
  /** The text, if it is a short one, by a program that keeps the window answering while it looks. */
  read: (() => Promise<string | null>) | undefined;
  /** A long text, as a file of this name. */
  name: string;
  take: (files: File[]) => void;
  /** Has the program look at all of it. */
  look: () => void;
}

/** The handler: of a picture some web views say nothing at all, and a long text holds the window still while they hand it over. */
export const paste =
  ({ read, name, take, look }: Pasting) =>
  async (event: ClipboardEvent & { currentTarget: HTMLTextAreaElement }) => {
    const { clipboardData: data, currentTarget: field } = event;
    if (!data) return;
    if (data.types.length === 0) {
      event.preventDefault();
      look();
    } else if (!read) {
      const file = asFile(name, data.getData('text/plain'));
      if (!file) return;
      event.preventDefault();
      take([file]);
    } else if (data.types.includes('text/plain')) {
      event.preventDefault();
      const text = await read().catch(() => null);
      text === null ? look() : insert(field, text);
    }
  };

/** As if it had been typed, so that it can be undone where the web view can do that. */
function insert(field: HTMLTextAreaElement, text: string) {
  field.focus();
  if (document.execCommand?.('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
