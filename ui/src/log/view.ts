// Which lines of the log are shown, and as what.
import type { LogLevel } from '../backend/bindings/LogLevel';
import type { LogLine } from '../backend/bindings/LogLine';
import { shown } from '../text/shown';

/** A line, and what is searched in it. */
export interface LogRow extends LogLine {
  readonly hay: string;
}

/** The levels, from what matters most. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const satisfies readonly LogLevel[];

export interface LogSight {
  /** Lines of this level, and those that matter more. */
  readonly level: LogLevel;
  /** All its words are somewhere in the line. */
  readonly text: string;
}

export const wholeLog: LogSight = { level: 'debug', text: '' };

export const matters = (one: LogLevel, level: LogLevel) => LEVELS.indexOf(one) <= LEVELS.indexOf(level);

export function row(line: LogLine): LogRow {
  return { ...line, hay: `${said(line)} ${line.part}`.toLowerCase() };
}

/** Those that are asked for, in their order. */
export function seen(rows: readonly LogRow[], { level, text }: LogSight): LogRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => matters(row.level, level) && words.every((word) => row.hay.includes(word)));
}

/** What a line says: the message, and values behind their names. */
export function said({ message, fields }: Pick<LogLine, 'message' | 'fields'>): string {
  const value = (text: string) => (text === '' || /[\s"=]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text);
  return [message, ...fields.map((field) => `${field.name}=${value(field.value)}`)].map(shown).join(' ');
}

/** A line for a file or the clipboard. */
export function written(line: LogLine): string {
  const date = new Date(line.atMs);
  const time = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return `${time} ${line.level.toUpperCase()} ${shown(line.part)} ${said(line)}`;
}

/** Whether the end of a list is in sight, so that it is to stay there when more comes. */
export function atEnd(scrolled: number, height: number, total: number, row: number): boolean {
  return scrolled + height >= total - row / 2;
}
