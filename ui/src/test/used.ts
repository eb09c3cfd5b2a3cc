// Which messages of the window no source asks for. Sources are read as text: a message is used where its whole name
// stands (`text.nav.home`, or `words.home` after `const words = text.nav`), and a table of messages where it is indexed
// or given to byCode or byKind, for then its type says that each of them can come. Whatever else is done with a part of
// the words cannot be followed, and is told.

export interface Found {
  unused: string[];
  unclear: string[];
}

type Tree = { readonly [name: string]: unknown };

const isTable = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** The names of all messages, such as `nav.home`. */
export function messages(words: Tree, prefix = ''): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    isTable(value) ? messages(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}

/** Looks for `words` in `sources`, which are texts by their names. */
export function used(words: Tree, sources: Readonly<Record<string, string>>): Found {
  const unclear: string[] = [];
  const asked = new Set<string>();

  function look(name: string, source: string, holder: string, path: readonly string[]) {
    const uses = new RegExp(`(by(?:Code|Kind)(?:<\\w+>)?\\(\\s*)?(?<![\\w.$'"/-])${holder}((?:\\.\\w+)*)(?![\\w-])(\\s*\\[)?`, 'g');
    for (const [all, table, names = '', indexed] of source.matchAll(uses)) {
      const [message, value] = follow(words, [...path, ...names.split('.').filter(Boolean)]);
      // Something else that is called `text`.
      if (message.length === 0) continue;
      if (!isTable(value)) asked.add(message.join('.'));
      else if (table || indexed) messages(value, `${message.join('.')}.`).forEach((each) => asked.add(each));
      else unclear.push(`${name}: ${all}`);
    }
  }

  for (const [name, whole] of Object.entries(sources)) {
    let source = whole.replace(/<style>[^]*<\/style>|\/\*[^]*?\*\/|<!--[^]*?-->|^\s*\/\/.*$/gm, '');
    const parts: [string, string[]][] = [];
    source = source.replace(/const (\w+) = (\w+)((?:\.\w+)+);/g, (all, part: string, holder: string, names: string) => {
      const of = holder === 'text' ? [] : parts.find(([other]) => other === holder)?.[1];
      if (!of) return all;
      parts.push([part, [...of, ...names.split('.').filter(Boolean)]]);
      return '';
    });
    look(name, source, 'text', []);
    for (const [part, path] of parts) look(name, source, part, path);
  }
  return { unused: messages(words).filter((message) => !asked.has(message)), unclear };
}

/** As far as the names lead in the words: a message may have things of its own, such as its length. */
function follow(words: Tree, names: readonly string[]): [string[], unknown] {
  const path: string[] = [];
  let value: unknown = words;
  for (const name of names) {
    if (!isTable(value) || !Object.hasOwn(value, name)) break;
    value = value[name];
    path.push(name);
  }
  return [path, value];
}
