import { describe, expect, test } from 'vitest';
import { scene } from '../backend/fake/scene';
import { folded, found, searchable, wordsOf } from './search';

const [tokyo, frankfurt, builtin] = scene('off', 0).state.profiles as [never, never, never];
const with_ = (change: object) => ({ ...(tokyo as object), ...change }) as typeof tokyo;
const finds = (typed: string, profile: typeof tokyo, lists = new Map<string, string>()) => found(wordsOf(typed), searchable(profile, lists));

test.each([
  ['its name', 'tok', tokyo],
  ['words in any order', '8388 TOKYO', tokyo],
  ['its server', 'TK1.example', tokyo],
  ['its address with the port', '203.0.113.40:443', frankfurt],
  ['its method', '2022-blake3', frankfurt],
  ['its notes', 'lena', frankfurt],
  ['its plugin', 'v2ray', with_({ plugin: 'v2ray-plugin' })],
  ['what the built-in one is called', 'built', builtin],
  ['nothing typed', ' \t ', tokyo],
] as const)('a profile is found by %s', (_what, typed, profile) => expect(finds(typed, profile)).toBe(true));

test('a profile is found by the subscription that it is from, and not by the id of that', () => {
  const profile = with_({ subscription: 'l1' });
  expect([finds('office', profile, new Map([['l1', 'Office']])), finds('l1', profile)]).toEqual([true, false]);
});

test('words that are only in part there find nothing', () => {
  expect([finds('tokyo 9999', tokyo), finds('osaka', tokyo), finds('0.0.0.0', builtin)]).toEqual([false, false, false]);
});

describe('what is typed otherwise than it is written is found all the same', () => {
  test.each([
    ['Zürich', 'zurich'],
    ['zurich', 'ZÜRICH'],
    ['Straße', 'STRASSE'],
    ['İstanbul', 'istanbul'],
    ['ISPARTA', 'ısparta'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['Ёлка', 'елка'],
    ['МОСКВА', 'москва'],
    ['東京サーバー', '東京ｻｰﾊﾞｰ'],
    ['ＴＯＫＹＯ', 'tokyo'],
    ['서울', '서우'],
    ['سرور يك', 'سرور یک'],
    ['می‌شود', 'میشود'],
    ['سرور ۱۲', 'سرور 12'],
    ['سرور 12', 'سرور ١٢'],
    ['server 𝟗', 'server 9'],
    ['o\u202eslo', 'oslo'],
    ['first\nsecond', 'first second'],
  ])('%s by %s', (name, typed) => expect(finds(typed, with_({ name, title: name }))).toBe(true));

  test('digits of any script are their values', () => expect(folded('۰۱۲۳۴۵۶۷۸۹ ٠٩ ०९ 09')).toBe('0123456789 09 09 09'));
  test('half a character breaks nothing', () => expect(() => finds('\ud800', with_({ title: '\udc00' }))).not.toThrow());
});
