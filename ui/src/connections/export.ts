// Connections written for other programs. Names come from anybody, so none may run as a formula or end its cell.
import { shown } from '../text/shown';
import type { Row } from './book';

const columns = ['target', 'client', 'port', 'route', 'server', 'rule', 'started', 'stage', 'ended', 'how', 'idleMs', 'up', 'down'] as const;
type Written = Record<(typeof columns)[number], string | number | null>;

function written(row: Row): Written {
  const { end } = row;
  return {
    target: row.target,
    client: row.client,
    port: row.port,
    route: row.route,
    server: row.server,
    rule: row.rule,
    started: time(row.startedMs),
    stage: row.stage,
    ended: end && time(end.atMs),
    how: end && (end.how.code === 'givenUp' ? end.how.verdict : end.how.code),
    idleMs: end && end.idleMs,
    up: row.up,
    down: row.down,
  };
}

/** A date that is none would throw. */
function time(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** As RFC 4180 has it, with every text in quotes. */
export function csv(rows: readonly Row[]): string {
  const lines = rows.map((row) => Object.values(written(row)).map(cell).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

export function json(rows: readonly Row[]): string {
  return `${JSON.stringify(rows.map(written), null, 2)}\n`;
}

/** One row in a line, to be pasted anywhere. */
export function line(row: Row): string {
  return Object.values(written(row)).map((value) => shown(String(value ?? ''))).join('\t');
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = shown(value);
  // A spreadsheet takes what begins so for a formula; the apostrophe makes it a text there.
  const safe = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
