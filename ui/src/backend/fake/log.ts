// Plays the log.
import type { Stop } from '../backend';
import type { LogLevel } from '../bindings/LogLevel';
import type { LogLine } from '../bindings/LogLine';
import type { LogSeen } from '../bindings/LogSeen';

const usual: [LogLevel, string, string, Record<string, string>][] = [
  ['info', 'parasol_desktop', 'Parasol begins', { version: '0.1.0' }],
  ['info', 'parasol_app::controller::effect', 'the relay runs', { port: '1080' }],
  ['info', 'parasol_app::controller::effect', 'the system proxy is set', {}],
  ['warn', 'parasol_app::store::load', 'a profile file cannot be read', { error: 'Permission denied (os error 13)' }],
  ['info', 'parasol_app::controller::networks', 'the network has changed', { slept: 'false', rerouted: 'true', online: 'true' }],
  ['error', 'parasol_app::controller::effect', 'crashed', { effect: 'SetProxy', panic: 'true' }],
  ['debug', 'parasol_engine::flows', 'done', { flow: '41', tx: '517', rx: '8400' }],
];

const hostile = ['www.example.org:443', '\u202egro.elpmaxe.www:443', '<img src=x onerror=alert(1)>:80', `${'a-very-long-name.'.repeat(14)}example:443`];

/** Of a span of time no more than the last so many are given. */
const MOST = 2_000;

export class FakeLog {
  #lines: LogLine[] = [];
  #watchers = new Set<(news: LogSeen) => void>();
  #next = 1;
  file: string | null = '/home/lena/.local/state/parasol/parasol.log';
  fault: string | null = null;
  readonly watched = { begun: 0, ended: 0 };

  /** A quiet evening; or thousands of lines, and some that mean ill. */
  begin(nowMs: number, crowd: boolean) {
    if (crowd) {
      for (let i = 0; i < 3_000; i++) this.say('debug', 'done', { flow: String(i), target: hostile[i % hostile.length]! }, 'parasol_engine::flows', nowMs - 400_000 + i * 100);
    }
    usual.forEach(([level, part, message, fields], i) => this.say(level, message, fields, part, nowMs - 60_000 + i * 1_000));
  }

  say(level: LogLevel, message: string, fields: Record<string, string> = {}, part = 'parasol_app', atMs = Date.now()) {
    const line: LogLine = { id: this.#next++, atMs, level, part, message, fields: Object.entries(fields).map(([name, value]) => ({ name, value })) };
    this.#lines.push(line);
    this.#tell([line], false);
  }

  between(fromMs: number, toMs: number): LogLine[] {
    return this.#lines.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).slice(-MOST);
  }

  clear() {
    this.#lines = [];
    this.#tell([], true);
  }

  watch(seen: (news: LogSeen) => void): Stop {
    this.watched.begun++;
    let stopped = false;
    queueMicrotask(() => {
      if (stopped) return;
      seen({ anew: true, lines: this.#lines, file: this.file, fault: this.fault });
      this.#watchers.add(seen);
    });
    return () => {
      if (stopped) return;
      stopped = true;
      this.watched.ended++;
      this.#watchers.delete(seen);
    };
  }

  #tell(lines: LogLine[], anew: boolean) {
    for (const seen of this.#watchers) seen({ anew, lines, file: this.file, fault: this.fault });
  }
}
