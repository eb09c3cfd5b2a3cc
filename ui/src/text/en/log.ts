import type { LogLevel } from '../../backend/bindings/LogLevel';
import type { Figures } from '../figures';

/** What Parasol says of what is going on. */
export const log = ({ count, plural }: Figures) => ({
  title: 'Log',
  list: 'Lines of the log',
  keys: 'Arrow keys select, Ctrl+A selects all, Ctrl+C copies.',
  levels: { error: 'Error', warn: 'Warning', info: 'Info', debug: 'Detail' } satisfies Record<LogLevel, string>,
  showLabel: 'Show',
  show: { error: 'Errors', warn: 'Warnings', info: 'Info', debug: 'All' } satisfies Record<LogLevel, string>,
  search: 'Search',
  searchHint: 'Words of a line',
  counted: (shown: number, all: number) =>
    shown === all ? plural(all, { one: '# line', other: '# lines' }) : `${count(shown)} of ${plural(all, { one: '# line', other: '# lines' })}`,
  selected: (n: number) => plural(n, { one: '# selected', other: '# selected' }),
  follow: 'Follow',
  copy: 'Copy',
  save: 'Save…',
  clear: 'Clear',
  clearHint: 'Forgets every line, in the file too',
  cleared: 'Cleared, in the file too.',
  none: 'Nothing has been noted yet.',
  noMatch: (n: number) => plural(n, { one: 'The one line does not match.', other: 'None of the # lines matches.' }),
  noted: {
    title: 'What is noted',
    level: 'Note',
    levels: {
      error: 'errors only',
      warn: 'warnings and errors',
      info: 'what happens (usual)',
      debug: 'every detail',
    } satisfies Record<LogLevel, string>,
    targets: 'Also where connections go',
    targetsOff: 'The log names no site or host that programs connect to.',
    targetsOn: 'The log has a line for each connection and names where it goes. Whoever you show it to sees that. The file on disk never has these names.',
    file: (path: string) => `Kept in ${path}, 4 MB at most. Only you can read it.`,
    fault: (cause: string) => `The log cannot be written to disk: ${cause}. It is kept in memory.`,
  },
});
