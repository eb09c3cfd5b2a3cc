// Connections written for other programs.
import { type Cell, csvOf, time } from '../text/csv';
import { jsonOf } from '../text/json';
import { shown } from '../text/shown';
import type { Row } from './book';

const columns = ['target', 'client', 'program', 'pid', 'port', 'route', 'server', 'rule', 'started', 'stage', 'ended', 'how', 'idleMs', 'up', 'down'] as const;
type Written = Record<(typeof columns)[number], Cell>;

function written(row: Row): Written {
  const { end } = row;
  return {
    target: row.target,
    client: row.client,
    program: row.program && row.program.name,
    pid: row.program && row.program.pid,
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

export function csv(rows: readonly Row[]): string {
  return csvOf(columns, rows.map((row) => Object.values(written(row))));
}

export function json(rows: readonly Row[]): string {
  return jsonOf(rows.map(written));
}

/** One row in a line, to be pasted anywhere. */
export function line(row: Row): string {
  return Object.values(written(row)).map((value) => shown(String(value ?? ''))).join('\t');
}
