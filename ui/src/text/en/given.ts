/** What came of copying a text, or of saving it. */
export const given = {
  copied: { minute: 'Copied. It leaves the clipboard in a minute.', stays: 'Copied.', not: 'It could not be copied.' },
  saved: (path: string) => `Saved to ${path}. Only you can read it.`,
  notSaved: (cause: string) => `It could not be saved: ${cause}.`,
};
