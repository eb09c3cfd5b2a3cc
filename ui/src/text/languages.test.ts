import { describe, expect, test } from 'vitest';
import { messages } from '../test/used';
import { en } from './en';
import { chosen, codes, languages } from './languages';
import { live } from './live';
import { speak, words } from './spoken.svelte';
import { figures, text } from './text';

describe.each([
  ['system', ['en-GB', 'de'], 'en', 'en-GB'],
  ['system', ['xx', 'zh-CN', 'en'], 'zh', 'zh-CN'],
  ['system', ['zh-Hant-TW'], 'zh', 'zh-Hant-TW'],
  ['system', ['FA'], 'fa', 'FA'],
  ['system', ['fa-IR-u-nu-latn'], 'fa', 'fa-IR-u-nu-latn'],
  ['system', ['xx'], 'en', 'en'],
  ['system', ['constructor', '', 'C', 'ru@euro', 'ru_RU'], 'en', 'en'],
  ['system', [], 'en', 'en'],
  ['ru', ['en', 'ru-KZ'], 'ru', 'ru-KZ'],
  ['ru', ['en', 'C'], 'ru', 'ru'],
] as const)('set to %s where the system reads %s', (set, reads, code, locale) => {
  test(`${locale} is spoken`, () => expect(chosen(set, reads)).toEqual({ code, locale }));
});

/** Names, formats and signs, which are the same everywhere. */
const SAME = /^(|Parasol|UDP|DNS|TCP|PAC|SOCKS, HTTP|sh, bash, zsh|fish|cmd|PowerShell|Nushell|Shell|SIP008|[a-z-]+\.json|JSON|CSV)$/;

/** The messages that say the same each time. */
function said(words: object, prefix = ''): Record<string, string> {
  return Object.entries(words).reduce<Record<string, string>>((all, [name, value]) => {
    if (typeof value === 'string') return { ...all, [prefix + name]: value };
    return typeof value === 'object' && value !== null ? { ...all, ...said(value, `${prefix}${name}.`) } : all;
  }, {});
}

describe.each(codes)('the language %s', (code) => {
  test('has the messages of English, no more and no less', async () => {
    const kinds = async (of: typeof code) => {
      const { figures: _, ...words } = (await languages[of].speaker())(of);
      return messages(words).sort();
    };
    expect(await kinds(code)).toEqual(await kinds('en'));
  });

  test.skipIf(code === 'en')('has nothing of English left in it', async () => {
    const words = (await languages[code].speaker())(code);
    const left = Object.entries(said(en('en'))).filter(([message, english]) => said(words)[message] === english && !SAME.test(english));
    expect(left).toEqual([]);
  });

  test('is what the page is in when it is spoken', async () => {
    await speak(code);
    const { lang, dir } = document.documentElement;
    expect([lang, dir]).toEqual([languages[code].tag, code === 'fa' ? 'rtl' : 'ltr']);
    await speak('en');
  });
});

test('of languages that are asked for at once the last one is spoken', async () => {
  await Promise.all([speak('ru', []), speak('fa', []), speak('zh', [])]);
  expect(text.nav.home).toBe('主页');
  await Promise.all([speak('ru', []), speak('en', [])]);
  expect([text.nav.home, document.documentElement.lang]).toEqual(['Home', 'en']);
});

test('whoever holds a part of the words has those of the moment', async () => {
  const { nav } = text;
  const size = (bytes: number) => figures.size(bytes).replace('\u00a0', ' ');
  await speak('ru', []);
  expect([nav.home, text.nav === nav, size(8_200_000)]).toEqual(['Главная', true, '8,2 МБ']);
  await speak('en', []);
  expect([nav.home, size(8_200_000)]).toEqual(['Home', '8.2 MB']);
});

test('live things are listed as what they stand for, and not handed out when they are none', () => {
  const both = { a: { b: 'x' }, none: null };
  const seen = live(() => both);
  expect(Object.keys(seen)).toEqual(['a', 'none']);
  expect([seen.a.b, seen.none]).toEqual(['x', null]);
  expect(words().name).toBe('Parasol');
});
