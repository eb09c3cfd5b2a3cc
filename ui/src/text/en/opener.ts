export const opener = {
  title: 'ss:// links',
  take: 'Open them with Parasol',
  leave: 'Leave them alone',
  kinds: {
    ours: 'A link that you press in a browser or a chat opens Parasol, which shows what it would add. Nothing is saved or fetched before you say so.',
    others: 'Links that you press in a browser or a chat do not open this Parasol.',
  },
  failed: (cause: string) => `That could not be read or changed: ${cause}`,
};
