import { fireEvent } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Screen } from '../state/place.svelte';
import { open } from '../test/screen';

/** What is nowhere in the window by itself. */
const ELEMENTS = 'img:not([data-testid="share-qr"]), iframe, object, script, marquee, form[action], style, link, a[href^="javascript:"]';
const NAMES = [
  '<img src=x onerror="window.hit = 1"><script>window.hit = 2</script>',
  '"><marquee>&lt;iframe src=javascript:hit&gt;</marquee>',
  '{@html "<iframe>"} ${window.hit} {{constructor}}',
  '\u202egro.elpmaxe\u2066 \u0000\u001b[31m',
  `<style>*{display:none}</style>${'x'.repeat(100_000)}`,
];

async function strange(screen: Screen) {
  const opened = await open('on', screen);
  const [tokyo] = (await opened.fake.state()).profiles;
  const profiles = NAMES.map((name, i) => ({ ...tokyo!, id: `x${i}`, name, title: name, notes: name, server: `${name}.example`, plugin: name }));
  opened.fake.show({ profiles, active: 'x0', undo: NAMES[0]!, groups: [] });
  return { ...opened, profiles };
}

function isText(container: Element, names: readonly string[] = NAMES) {
  expect([...container.querySelectorAll(ELEMENTS)]).toEqual([]);
  expect((window as { hit?: number }).hit).toBe(undefined);
  for (const name of names) expect(container.textContent).toContain(name);
}

test('names are text in the list of profiles, and in what is asked about them', async () => {
  const { container, all, press, until } = await strange('profiles');
  await until(() => expect(all('profile-row')).toHaveLength(NAMES.length));
  isText(container);
  expect(all('profile-edit').map((button) => button.getAttribute('aria-label'))).toEqual(NAMES.map((name) => `Edit ${name}`));
  await press('profile-share');
  await until(() => expect(container.querySelector('dialog')).not.toBeNull());
  isText(container);
});

test('names are text in the editor, and the field has all of them', async () => {
  const { container, all, value, until } = await strange('profiles');
  await until(() => expect(all('profile-edit')).toHaveLength(NAMES.length));
  await fireEvent.click(all('profile-edit')[4]!);
  await until(async () => expect(await value('editor-name')).toBe(NAMES[4]));
  isText(container, []);
});

test('names are text on Home', async () => {
  const { container, until } = await strange('home');
  await until(() => expect(container.textContent).toContain(NAMES[0]));
  isText(container, [NAMES[0]!]);
});

test('names are text in what an import would do', async () => {
  const { container, fake, press, type, all, until } = await strange('profiles');
  await until(() => expect(all('profile-row')).toHaveLength(NAMES.length));
  const preview = await fake.previewImport(NAMES.map((_, i) => `ss://YWVzLTI1Ni1nY206c2VjcmV0@h${i}.example:8388#n`).join('\n'));
  const added = preview.added.map((entry, i) => ({ ...entry, name: NAMES[i]!, plugin: NAMES[i]!, unused: [NAMES[i]!] }));
  const refused = NAMES.map((name, index) => ({ index, place: { kind: 'item' as const, path: name, number: 1, name }, reason: { code: 'otherProtocol' as const, name } }));
  fake.previewImport = () => Promise.resolve({ ...preview, added, refused });
  await press('import');
  await type('links-text', 'ss://');
  await until(() => expect(all('link-added')).toHaveLength(NAMES.length));
  isText(container);
});

test('names are text among the connections that go through them, and what would turn the line about is written out', async () => {
  const { container, fake, profiles, all, until } = await strange('connections');
  for (const [name, said] of [[NAMES[0]!, NAMES[0]!], [NAMES[3]!, '\\u{202e}gro.elpmaxe\\u{2066} \\u{0}\\u{1b}[31m']] as const) {
    // The server that they go through.
    fake.show({ profiles: [{ ...profiles[0]!, title: name, server: 'tk1.example.net', port: 8388 }] });
    await until(() => expect(all('connection-row').map((row) => row.textContent).join()).toContain(said));
    isText(container, []);
  }
});
