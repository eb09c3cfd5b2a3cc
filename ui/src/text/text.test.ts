import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../backend/bindings/Problem';
import { address } from './address';
import { byCode, byKind } from './coded';
import { codes, languages } from './languages';
import { text } from './text';

/** Every string that a generated type can be told apart by, read from the file that the Rust types wrote. */
function variants(type: string, tag?: 'code' | 'kind'): string[] {
  const source = readFileSync(join(import.meta.dirname, `../backend/bindings/${type}.ts`), 'utf8');
  const pattern = tag ? new RegExp(`"${tag}": "(\\w+)"`, 'g') : /"(\w+)"/g;
  return [...source.matchAll(pattern)].map((match) => match[1]!);
}

/** Stands in for every field that a variant may carry. */
const anything = { port: 1080, process: null, pid: null, needed: 32, found: 16, added: 1, count: 1, field: 'port', slip: 'http', fault: { code: 'badPort' } };
const about = (tag: 'code' | 'kind', value: string) =>
  new Proxy({ [tag]: value } as never, {
    get: (target, key) => target[key as never] ?? (key in anything ? anything[key as keyof typeof anything] : `<${String(key)}>`),
  });

/** One line that begins as a sentence does, where the script has capitals, and ends as one. */
const SENTENCE = /^(?!\p{Ll})[^\n]*\S[.。]$/u;
/** One line that is none. */
const LABEL = /^\S.*[^.。]$/;

const spoken = await Promise.all(codes.map(async (code) => ({ code, text: (await languages[code].speaker())(code) })));

describe.each(spoken)('the language $code has words for', ({ text }) => {
  test.each(variants('VerdictCode'))('the verdict %s: a label and one line of advice for both ways', (code) => {
    const words = text.verdicts[code as keyof typeof text.verdicts];
    expect(words.label).toMatch(LABEL);
    for (const server of [true, false]) expect(words.advice(server)).toMatch(SENTENCE);
  });
  test.each(variants('StageCode'))('the stage %s', (code) => {
    expect(text.stages[code as keyof typeof text.stages]).toMatch(/\S/);
  });
  test.each(variants('HopState'))('the hop state %s', (code) => {
    expect(text.hops[code as keyof typeof text.hops]).toMatch(/\S/);
  });
  test.each(variants('Actual', 'kind'))('the state %s', (kind) => {
    expect(text.state[kind as 'on']).toMatch(/\S/);
  });
  test.each(variants('Problem', 'code'))('the problem %s', (code) => {
    expect(byCode(text.problems, about('code', code))).toMatch(SENTENCE);
  });
  test.each(variants('Fault', 'code'))('the field fault %s', (code) => {
    expect(byCode(text.faults, about('code', code))).toMatch(SENTENCE);
  });
  test.each(variants('ImportFault', 'code'))('the import fault %s', (code) => {
    expect(byCode(text.importFaults, about('code', code))).toMatch(/\S/);
  });
  test.each(variants('LookFault', 'code'))('the look that failed, %s', (code) => {
    expect(byCode(text.imports.lookFaults, about('code', code))).toMatch(SENTENCE);
  });
  test.each(variants('SubscriptionFault', 'kind'))('the subscription fault %s', (kind) => {
    expect(byKind(text.subscriptionFaults, about('kind', kind))).toMatch(SENTENCE);
  });
  test.each(variants('KeyStoreView', 'kind'))('the key store that is %s', (kind) => {
    expect(byKind(text.secrets.keyStore, about('kind', kind))).toMatch(SENTENCE);
  });
  test.each(variants('BackupFault', 'code'))('the backup fault %s', (code) => {
    expect(byCode(text.backup.faults, about('code', code))).toMatch(SENTENCE);
  });
  test.each(variants('TestVerdict', 'kind'))('what comes of a test, %s: a word, and what to do', (kind) => {
    expect(text.testing.labels[kind as 'works']).toMatch(LABEL);
    expect(byKind(text.testing.verdicts, about('kind', kind))).toMatch(SENTENCE);
  });
  test.each(variants('StepReason'))('the step that was not passed, %s', (reason) => {
    expect(text.testing.reasons[reason as 'silent']).toMatch(/\S/);
  });
  test.each(variants('Event', 'kind'))('the event %s', (kind) => {
    expect(byKind(text.events, about('kind', kind))).toMatch(SENTENCE);
  });
});

test.each(spoken)('the log and the report of a diagnosis are told apart in $code', ({ text }) => {
  expect(text.log.title).not.toBe(text.diagnosis.report);
  expect(text.nav.log).toBe(text.log.title);
});

test('the key store is called by its word for users', () => {
  const said = [text.diagnosis.steps.keyStore, text.diagnosis.reasons.keyStore({ code: 'keyStore', says: { kind: 'silent' } })];
  for (const words of said) expect(words).toMatch(/password store/i);
});

test('there are verdicts to have words for', () => {
  expect(variants('VerdictCode')).toContain('silentServer');
  expect(variants('Problem', 'code')).toContain('portTaken');
});

test.each([
  ['ss-local', 4242, 'Port 1080 is used by ss-local (pid 4242).'],
  ['ss-local', null, 'Port 1080 is used by ss-local.'],
  [null, 4242, 'Port 1080 is used by the program with pid 4242.'],
  [null, null, 'Port 1080 is used by another program.'],
])('a taken port names %s and %s as far as they are known', (process, pid, said) => {
  expect(byCode<Problem>(text.problems, { code: 'portTaken', port: 1080, process, pid, udp: false, nextFree: null })).toBe(said);
  expect(byCode<Problem>(text.problems, { code: 'portTaken', port: 1080, process, pid, udp: true, nextFree: null })).toBe(`UDP p${said.slice(1)}`);
});

test.each([
  ['example.net', 'example.net:443'],
  ['2001:db8::1', '[2001:db8::1]:443'],
  ['[2001:db8::1]', '[2001:db8::1]:443'],
])('the address of %s is %s', (host, written) => expect(address(host, 443)).toBe(written));
