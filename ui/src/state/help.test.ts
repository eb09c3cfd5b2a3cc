import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Problem } from '../backend/bindings/Problem';
import type { VerdictCode } from '../backend/bindings/VerdictCode';
import { scene } from '../backend/fake/scene';
import { open } from '../test/screen';
import { helps, verdictHelp } from './help';

const { profiles } = scene('on', 0).state;
const at = 'tk1.example.net:8388';

describe('what helps with a problem', () => {
  const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
  const codes = new Set([...read('../backend/bindings/Problem.ts').matchAll(/"code": "(\w+)"/g)].map(([, code]) => code!));
  const lower = (name: string) => name[0]!.toLowerCase() + name.slice(1);

  /** The arms of `Action::of`, each with the fields that it looks at. */
  const rust = read('../../../crates/app/src/diagnosis/action.rs').match(/fn of\(.*?\n    \}\n/s)![0];
  const said = [...rust.matchAll(/((?:\|?\s*Problem::\w+(?:\s*\{[^}]*\})?\s*)+)=>\s*\{?\s*Action::(\w+)/g)].flatMap(([, problems, action]) =>
    [...problems!.matchAll(/Problem::(\w+)(?:\s*\{([^}]*)\})?/g)].map(([, name, fields]) => ({
      problem: { code: lower(name!), nextFree: fields?.includes('next_free: Some') ? 1081 : null } as Problem,
      action: lower(action!),
    })),
  );

  test('is said of each in a diagnosis too', () => {
    expect(codes.size).toBeGreaterThan(15);
    expect(new Set(said.map(({ problem }) => problem.code))).toEqual(codes);
  });
  test.each(said)('is the same as there: $problem.code ($problem.nextFree): $action', ({ problem, action }) => {
    expect(helps(problem).kind).toBe(action);
  });
});

describe('what helps with a verdict', () => {
  test.each<[VerdictCode, string | null, string | undefined]>([
    ['silentServer', at, 'testServer'],
    ['udpUnanswered', at, 'testServer'],
    ['serverClosed', at, 'testServer'],
    ['badAnswer', at, 'testServer'],
    ['refused', at, 'testServer'],
    ['noAnswer', at, 'testServer'],
    ['nameNotFound', at, 'testServer'],
    ['nameTimedOut', at, 'testServer'],
    ['unreachable', at, 'testServer'],
    ['silentServer', null, undefined],
    ['silentServer', 'gone.example.net:1', undefined],
    ['badRequest', at, 'showPorts'],
    ['loginRefused', null, 'showPorts'],
    ['idle', at, 'showTimeouts'],
    ['blocked', at, undefined],
    ['noResources', at, undefined],
    ['wrongClock', at, 'setClock'],
    ['badClient', null, undefined],
  ])('%s through %s: %s', (verdict, server, kind) => {
    expect(verdictHelp(verdict, 'stream', server, profiles)?.kind).toBe(kind);
  });

  test('idle UDP has none, for that is not to be set', () => expect(verdictHelp('idle', 'associate', at, profiles)).toBeUndefined());

  test('the server of what timed out is tested where its fields are, and the test is what is gone to', async () => {
    const scrolled = vi.fn();
    Element.prototype.scrollIntoView = scrolled;
    onTestFinished(() => void delete (Element.prototype as Partial<Element>).scrollIntoView);
    const { all, fake, find, until } = await open('on');
    await find('given-up-row');
    const row = all('given-up-row').find((one) => one.dataset['verdict'] === 'silentServer')!;
    row.querySelector<HTMLElement>('[data-testid="verdict-help"]')!.click();
    await find('editor-name');
    await until(() => expect(fake.sent.map(({ kind }) => kind)).toContain('testProfile'));
    // It stands below the fields, where a window of the usual size does not show it.
    expect(document.activeElement?.id).toBe('profile-test');
    await find('test-verdict');
    await until(() => expect(scrolled.mock.contexts).toContain(document.activeElement?.closest('section')));
    // Whoever does something else meanwhile is left where they are.
    all('editor-name')[0]!.focus();
    scrolled.mockClear();
    all('profile-test-run')[0]!.click();
    await until(() => expect(fake.sent.filter(({ kind }) => kind === 'testProfile')).toHaveLength(2));
    expect(scrolled).not.toHaveBeenCalled();
  });
});
