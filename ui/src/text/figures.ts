// Numbers, sizes, rates, times. Everything that comes in may be 0, huge or no number at all.

/** The words that figures need. */
export interface Units {
  /** From bytes upwards, each 1,000 of the one before. */
  bytes: readonly string[];
  perSecond: (size: string) => string;
  milliseconds: string;
  seconds: string;
  minutes: string;
  hours: string;
}

/** A figure in two parts, so that the number can stand out. */
export interface Figure {
  value: string;
  unit: string;
}

/** What a plural needs in English; other languages may have more forms. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const sane = (n: number) => (Number.isFinite(n) && n > 0 ? n : 0);

/** Figures as one language and region write them. */
export class Figures {
  readonly #units: Units;
  readonly #plurals: Intl.PluralRules;
  readonly #numbers: Intl.NumberFormat[];
  readonly #time: Intl.DateTimeFormat;
  readonly #seconds: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #moment: Intl.DateTimeFormat;
  readonly #ago: Intl.RelativeTimeFormat;

  constructor(locale: string, units: Units, timeZone?: string) {
    this.#units = units;
    this.#plurals = new Intl.PluralRules(locale);
    this.#numbers = [0, 1, 2].map(
      (digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    );
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
    this.#time = new Intl.DateTimeFormat(locale, time);
    this.#seconds = new Intl.DateTimeFormat(locale, { ...time, second: '2-digit' });
    const day = { day: 'numeric', month: 'short', timeZone } as const;
    this.#day = new Intl.DateTimeFormat(locale, day);
    this.#date = new Intl.DateTimeFormat(locale, { ...day, year: 'numeric' });
    this.#moment = new Intl.DateTimeFormat(locale, { ...day, ...time });
    this.#ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  }

  /** `1,234` */
  count = (n: number) => this.#number(Math.round(sane(n)), 0);

  /** The form for `n`, with `#` standing for the number. */
  plural = (n: number, forms: Forms) => (forms[this.#plurals.select(n)] ?? forms.other).replaceAll('#', this.count(n));

  /** `517 B`, `8.2 MB`, `84 MB`; `0 B` for nothing. */
  size = (bytes: number) => join(this.#scaled(bytes, 1));

  /** `8.2 MB/s`; a bare `0` for nothing, so that a quiet table reads quiet. */
  rate = (bytes: number) => (sane(bytes) < 1 ? this.#number(0, 0) : this.#units.perSecond(this.size(bytes)));

  /** `8.42` and `MB/s`, with one digit more than {@link rate}. */
  rateParts = (bytes: number): Figure => {
    const { value, unit } = this.#scaled(bytes, 2);
    return { value, unit: this.#units.perSecond(unit) };
  };

  /** Microseconds as `0.1 ms`, `42 ms`, `1.3 s`. */
  latency = (micros: number) => {
    const ms = sane(micros) / 1000;
    if (ms >= 999.5) return join({ value: this.#number(ms / 1000, 1), unit: this.#units.seconds });
    return join({ value: this.#number(ms, ms < 9.95 ? 1 : 0), unit: this.#units.milliseconds });
  };

  /** Whole milliseconds as `42 ms`, `1.3 s`, `12 s`, `5 min`, `2 h`. */
  took = (ms: number) => {
    if (sane(ms) < 999.5) return join({ value: this.count(ms), unit: this.#units.milliseconds });
    return sane(ms) < 9950 ? this.latency(ms * 1000) : this.span(ms);
  };

  /** Milliseconds as `30 s`, `5 min`, `2 h`. */
  span = (ms: number) => {
    const { seconds, minutes, hours } = this.#units;
    const s = Math.round(sane(ms) / 1000);
    if (s < 120) return join({ value: this.#number(s, 0), unit: seconds });
    if (s < 7200) return join({ value: this.#number(Math.round(s / 60), 0), unit: minutes });
    return join({ value: this.#number(Math.round(s / 3600), 0), unit: hours });
  };

  /** `11:02` */
  clock = (atMs: number) => this.#time.format(sane(atMs));

  /** `11:02:45` */
  clockWithSeconds = (atMs: number) => this.#seconds.format(sane(atMs));

  /** `11:02` today, `23 May` on other days. */
  when = (atMs: number, nowMs: number) => {
    const day = this.#day.format(sane(atMs));
    return day === this.#day.format(sane(nowMs)) ? this.clock(atMs) : day;
  };

  /** `11:02` today, `23 May, 11:02` on other days. */
  moment = (atMs: number, nowMs: number) => {
    const today = this.#date.format(sane(atMs)) === this.#date.format(sane(nowMs));
    return today ? this.clock(atMs) : this.#moment.format(sane(atMs));
  };

  /** `now`, `3 minutes ago`, `5 hours ago`, `yesterday`, `3 days ago`; further back `23 May 2026`. */
  ago = (atMs: number, nowMs: number) => {
    const minutes = Math.floor(sane(sane(nowMs) - sane(atMs)) / 60_000);
    const hours = Math.floor(minutes / 60);
    if (minutes < 1) return this.#ago.format(0, 'second');
    if (hours < 1) return this.#ago.format(-minutes, 'minute');
    if (hours < 24) return this.#ago.format(-hours, 'hour');
    return hours < 24 * 7 ? this.#ago.format(-Math.floor(hours / 24), 'day') : this.date(atMs);
  };

  /** `23 May 2026` */
  date = (atMs: number) => this.#date.format(sane(atMs));

  #number(n: number, digits: 0 | 1 | 2) {
    return this.#numbers[digits]!.format(n);
  }

  #scaled(bytes: number, finest: 1 | 2): Figure {
    const units = this.#units.bytes;
    let n = sane(bytes);
    let unit = 0;
    // 999.5 would be written as 1,000.
    while ((unit ? n : Math.floor(n)) >= 999.5 && unit < units.length - 1) {
      n /= 1000;
      unit++;
    }
    if (unit === 0) return { value: this.#number(Math.floor(n), 0), unit: units[0]! };
    const digits = n < 9.995 ? finest : n < 99.95 ? finest - 1 : 0;
    // 9.97 with one digit would be written as 10.0.
    const shown = digits === 1 && finest === 1 && n >= 9.95 ? 0 : digits;
    return { value: this.#number(n, shown as 0 | 1 | 2), unit: units[unit]! };
  }
}

const join = ({ value, unit }: Figure) => `${value}\u00a0${unit}`;
