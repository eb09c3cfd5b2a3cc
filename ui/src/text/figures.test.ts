import { describe, expect, test } from 'vitest';
import { en } from './en';
import { fa } from './fa';
import { ru } from './ru';
import { zh } from './zh';

const { figures } = en('en', 'UTC');
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const strange = [Number.NaN, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [0.4, '0 B'],
    [1, '1 B'],
    [517, '517 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [9949, '9.9 KB'],
    [9950, '10 KB'],
    [590_000, '590 KB'],
    [999_499, '999 KB'],
    [999_500, '1.0 MB'],
    [84_000_000, '84 MB'],
    [1_700_000_000, '1.7 GB'],
    [2 ** 53, '9.0 PB'],
    [1.8e19, '18 EB'],
    [5e22, '50,000 EB'],
    ...strange.map((n): [number, string] => [n, '0 B']),
  ])('%s bytes are written %s', (bytes, written) => expect(plain(figures.size(bytes))).toBe(written));
});

describe('rates', () => {
  test.each([
    [0, '0'],
    [0.3, '0'],
    [12, '12 B/s'],
    [8_200_000, '8.2 MB/s'],
    [Number.NaN, '0'],
  ])('%s bytes a second are written %s', (bytes, written) => expect(plain(figures.rate(bytes))).toBe(written));

  test.each([
    [0, '0', 'B/s'],
    [8_420_000, '8.42', 'MB/s'],
    [9_996_000, '10.0', 'MB/s'],
    [84_240_000, '84.2', 'MB/s'],
    [99_960_000, '100', 'MB/s'],
    [999_700_000, '1.00', 'GB/s'],
    [Number.NaN, '0', 'B/s'],
  ])('%s bytes a second stand out as %s %s', (bytes, value, unit) =>
    expect(figures.rateParts(bytes)).toEqual({ value, unit }),
  );
});

test.each([
  [0, '0.0 ms'],
  [94, '0.1 ms'],
  [9_949, '9.9 ms'],
  [9_950, '10 ms'],
  [42_310, '42 ms'],
  [999_499, '999 ms'],
  [1_300_000, '1.3 s'],
  [Number.NaN, '0.0 ms'],
])('%s microseconds are written %s', (micros, written) => expect(plain(figures.latency(micros))).toBe(written));

test.each([
  [0, '0 s'],
  [30_000, '30 s'],
  [119_400, '119 s'],
  [300_000, '5 min'],
  [7_200_000, '2 h'],
  [Number.NaN, '0 s'],
])('%s milliseconds are written %s', (ms, written) => expect(plain(figures.span(ms))).toBe(written));

test.each([
  [0, '0 ms'],
  [3, '3 ms'],
  [999.4, '999 ms'],
  [999.5, '1.0 s'],
  [1_340, '1.3 s'],
  [9_950, '10 s'],
  [300_000, '5 min'],
  [Number.NaN, '0 ms'],
  [-5, '0 ms'],
])('what took %s milliseconds is written %s', (ms, written) => expect(plain(figures.took(ms))).toBe(written));

test('a time of today is a clock time, one of another day a date', () => {
  const now = Date.UTC(2025, 4, 23, 12, 0);
  expect(figures.when(Date.UTC(2025, 4, 23, 11, 2), now)).toBe('11:02');
  expect(figures.when(Date.UTC(2025, 4, 22, 23, 59), now)).toBe('May 22');
  expect(() => figures.when(Number.NaN, now)).not.toThrow();
});

test('a moment of another day has the day and the time', () => {
  const now = Date.UTC(2025, 4, 23, 12, 0);
  expect(figures.moment(Date.UTC(2025, 4, 23, 11, 2), now)).toBe('11:02');
  expect(figures.moment(Date.UTC(2025, 4, 24, 8, 0), now)).toBe('May 24, 08:00');
  expect(figures.date(Date.UTC(2026, 0, 1))).toBe('Jan 1, 2026');
});

test.each([
  [0, 'now'],
  [-5, 'now'],
  [59, 'now'],
  [60, '1 minute ago'],
  [3_599, '59 minutes ago'],
  [3_600, '1 hour ago'],
  [86_399, '23 hours ago'],
  [86_400, 'yesterday'],
  [3 * 86_400, '3 days ago'],
  [7 * 86_400, 'May 16, 2025'],
  [Number.NaN, 'now'],
])('what was %s seconds ago is said to be %s', (seconds, said) => {
  const now = Date.UTC(2025, 4, 23, 12, 0);
  expect(figures.ago(Number.isNaN(seconds) ? now : now - seconds * 1000, now)).toBe(said);
  expect(() => figures.ago(Number.NaN, Number.NaN)).not.toThrow();
});

test.each([
  [zh, 'zh', ['现在', '3小时前', '昨天']],
  [fa, 'fa', ['اکنون', '۳ ساعت پیش', 'دیروز']],
  [ru, 'ru', ['сейчас', '3 часа назад', 'вчера']],
] as const)('the same in another language: %#', (language, code, said) => {
  const ago = (hours: number) => plain(language(code, 'UTC').figures.ago(0, hours * 3_600_000));
  expect([ago(0), ago(3), ago(24)]).toEqual(said);
});

test('counts choose the plural form of the language', () => {
  expect(figures.plural(1, { one: '# flow', other: '# flows' })).toBe('1 flow');
  expect(figures.plural(0, { one: '# flow', other: '# flows' })).toBe('0 flows');
  expect(figures.plural(12_345, { one: '# flow', other: '# flows' })).toBe('12,345 flows');
});

describe('the same figures in other languages', () => {
  const [day, now] = [Date.UTC(2025, 4, 22, 11, 2), Date.UTC(2025, 4, 23, 12, 0)];
  test.each([
    ['zh', zh, '1,234', '8.2 MB/s', '1.3 秒', '5 分钟', '11:02', '5月22日', '5月22日 11:02', '2025年5月22日'],
    ['fa', fa, '۱٬۲۳۴', '۸٫۲ MB/s', '۱٫۳ ثانیه', '۵ دقیقه', '۱۱:۰۲', '۱ خرداد', '۱ خرداد، ۱۱:۰۲', '۱ خرداد ۱۴۰۴'],
    ['ru', ru, '1 234', '8,2 МБ/с', '1,3 с', '5 мин', '11:02', '22 мая', '22 мая, 11:02', '22 мая 2025 г.'],
  ] as const)('%s', (code, language, ...written) => {
    const { figures } = language(code, 'UTC');
    const said = [
      figures.count(1234),
      figures.rate(8_200_000),
      figures.latency(1_300_000),
      figures.span(300_000),
      figures.clock(day),
      figures.when(day, now),
      figures.moment(day, now),
      figures.date(day),
    ];
    expect(said.map(plain)).toEqual(written);
  });

  test.each([
    [1, '1 профиль'],
    [2, '2 профиля'],
    [5, '5 профилей'],
    [11, '11 профилей'],
    [21, '21 профиль'],
    [112, '112 профилей'],
    [0, '0 профилей'],
  ])('Russian counts %s as %s', (n, said) => expect(ru('ru').subscriptions.profiles(n)).toBe(said));
});
