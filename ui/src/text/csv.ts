// Tables for other programs. Names come from anybody, so none may run as a formula or end its cell.
import { shown } from './shown';

export type Cell = string | number | null;

/** As RFC 4180 has it, with every text in quotes. */
export function csvOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns.join(','), ...rows.map((row) => row.map(cell).join(',')), ''].join('\r\n');
}

/** A moment as others read it; a date that is none would throw. */
export function time(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = shown(value);
  // A spreadsheet takes what begins so for a formula; the apostrophe makes it a text there.
  const safe = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
