// Plays the connections of a scene. The same second of the same play always looks the same.
import type { Stop } from '../backend';
import type { Connection } from '../bindings/Connection';
import type { ConnectionsSeen } from '../bindings/ConnectionsSeen';
import type { EndedHow } from '../bindings/EndedHow';
import type { Reached } from '../bindings/Reached';
import type { StageCode } from '../bindings/StageCode';
import type { VerdictCode } from '../bindings/VerdictCode';

const SERVER = 'tk1.example.net:8388';
/** As many as the program keeps. */
const MAX_CLOSED = 1000;
/** One in so many ends in a second. */
const TURNOVER = 150;

const hosts = ['www.example.org', 'cdn.example.net', 'mail.example.org', 'a-rather-long-name-of-a-host.cdn.example.com', 'api.example.io', 'video.example.tv', '203.0.113.9', '[2001:db8::7]'];
/** What somebody may ask for who means ill. */
const hostile = ['\u202egro.elpmaxe.www', '<img src=x onerror=alert(1)>', '=cmd|calc', 'a\u0000b\nc.example'];

/** Whose they are; of some that is not known. */
const programs = [{ name: 'firefox', pid: 4711 }, { name: 'thunderbird', pid: 5120 }, { name: 'curl', pid: 9_041 }, null, { name: 'git \u202eetomer', pid: 31_337 }];

const nothing: Reached = { resolve: null, connect: null, stream: null, associate: null, firstUp: null, firstDown: null };

/** How far one of number `i` has come at a stage. */
function reachedAt(stage: StageCode, i: number): Reached {
  const resolve = stage === 'handshake' ? null : 1 + (i % 3);
  const connect = resolve === null || stage === 'resolve' ? null : resolve + 2 + (i % 40);
  if (connect === null || stage === 'connect') return { ...nothing, resolve, connect };
  const there = connect + 20 + ((i * 13) % 90);
  if (stage === 'associate') return { ...nothing, associate: there, firstUp: there, firstDown: there + 30 };
  return { resolve, connect, stream: there, associate: null, firstUp: there + 1, firstDown: there + 30 + ((i * 29) % 200) };
}

/** A connection of number `i`. */
export function connection(i: number, change: Partial<Connection> & { startedMs: number }): Connection {
  const stage = change.stage ?? (i % 11 === 5 ? 'associate' : 'stream');
  const direct = i % 7 === 3;
  const host = i % 97 === 13 ? hostile[Math.floor(i / 97) % hostile.length]! : hosts[(i * 5) % hosts.length]!;
  return {
    id: i,
    port: 1080,
    client: `127.0.0.1:${40_000 + (i % 20_000)}`,
    program: programs[(i * 3) % programs.length]!,
    target: stage === 'handshake' ? null : `${host}:${i % 5 === 4 ? 993 : 443}`,
    route: stage === 'handshake' ? null : direct ? 'direct' : 'proxy',
    rule: direct && stage !== 'handshake' ? '||corp.example' : null,
    server: stage === 'handshake' || direct ? null : SERVER,
    stage,
    reached: reachedAt(stage, i),
    up: stage === 'stream' ? 517 + ((i * 997) % 90_000) : 0,
    down: stage === 'stream' ? (i * 7_919_333) % 60_000_000 : 0,
    end: null,
    ...change,
  };
}

/** The other ways in which one ends. */
const ends: EndedHow[] = [{ code: 'clientDone' }, { code: 'farDone' }, { code: 'clientDone' }, { code: 'farLost' }];

export class FakeConnections {
  #open = new Map<number, Connection>();
  #closed: Connection[] = [];
  #watchers = new Set<(news: ConnectionsSeen) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #next = 1;
  #ticks = 0;
  #size = 0;
  #changed = new Set<number>();
  #counted = new Set<number>();
  #forgotten: number[] = [];
  /** How often somebody began to watch, and stopped. */
  readonly watched = { begun: 0, ended: 0 };

  /** So many are open, and one has ended for each of these reasons. */
  begin(size: number, verdicts: readonly [VerdictCode, StageCode][], nowMs: number) {
    this.#size = size;
    if (size === 0) return;
    verdicts.forEach(([verdict, stage], i) => {
      const idleMs = verdict === 'idle' ? 300_000 : stage === 'handshake' ? 10_000 : 4_000 + i * 1_000;
      const startedMs = nowMs - 900_000 + i * 40_000;
      const reached = verdict === 'silentServer' || verdict === 'serverClosed' ? { ...reachedAt(stage, i), firstDown: null } : reachedAt(stage, i);
      const change = { stage, startedMs, reached, down: 0, end: { atMs: startedMs + idleMs + 400, idleMs, how: { code: 'givenUp' as const, verdict } } };
      this.put(connection(this.#next++, change));
    });
    for (let i = 0; i < size; i++) this.put(connection(this.#next++, { startedMs: nowMs - 500 - ((i * 7_000) % 3_600_000) }));
  }

  /** One more, or another in place of the one that has its number. */
  put(one: Connection) {
    this.#changed.add(one.id);
    if (one.end === null) return void this.#open.set(one.id, one);
    this.#open.delete(one.id);
    this.#closed.push(one);
    if (this.#closed.length > MAX_CLOSED) this.#forgotten.push(...this.#closed.splice(0, this.#closed.length - MAX_CLOSED).map(({ id }) => id));
  }

  /** By hand, these or all. */
  close(ids: readonly number[] = [...this.#open.keys()], nowMs = Date.now()) {
    for (const id of ids) this.#end(id, { code: 'closed' }, nowMs);
    this.tell(nowMs);
  }

  watch(seen: (news: ConnectionsSeen) => void): Stop {
    this.watched.begun++;
    let stopped = false;
    queueMicrotask(() => {
      if (stopped) return;
      this.tell(Date.now());
      const all = [...this.#closed, ...this.#open.values()];
      seen({ atMs: Date.now(), anew: true, changed: all, counted: [], forgotten: [] });
      this.#watchers.add(seen);
      this.#timer ??= setInterval(() => this.tick(Date.now()), 1000);
    });
    return () => {
      if (stopped) return;
      stopped = true;
      this.watched.ended++;
      this.#watchers.delete(seen);
      if (this.#watchers.size) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** A second goes by. */
  tick(nowMs: number) {
    this.#ticks++;
    for (const one of [...this.#open.values()]) this.#on(one);
    if (this.#open.size) this.#turnOver(nowMs);
    this.tell(nowMs);
  }

  /** What is new goes to those who watch. */
  tell(nowMs: number) {
    const find = (id: number) => this.#open.get(id) ?? this.#closed.find((one) => one.id === id);
    const changed = [...this.#changed].flatMap((id) => find(id) ?? []);
    const counted = [...this.#counted].flatMap((id) => {
      const one = this.#changed.has(id) ? undefined : this.#open.get(id);
      return one ? { id, up: one.up, down: one.down } : [];
    });
    const forgotten = this.#forgotten;
    this.#changed.clear();
    this.#counted.clear();
    this.#forgotten = [];
    for (const seen of this.#watchers) seen({ atMs: nowMs, anew: false, changed, counted, forgotten });
  }

  /** New ones come on, others move bytes. */
  #on(one: Connection) {
    const next: Partial<Record<StageCode, StageCode>> = { handshake: 'connect', connect: 'stream' };
    const stage = next[one.stage];
    if (stage) return this.put({ ...connection(one.id, { startedMs: one.startedMs, stage }), up: 517, down: 1_400 });
    if (one.stage !== 'stream' || (one.id + this.#ticks) % 3 === 0) return;
    const burst = 1 + Math.sin(this.#ticks / 3 + one.id);
    const [up, down] = [Math.round(burst * ((one.id * 31) % 900)), Math.round(burst * burst * ((one.id * 7_919) % 60_000))];
    this.#open.set(one.id, { ...one, up: one.up + up, down: one.down + down });
    this.#counted.add(one.id);
  }

  #turnOver(nowMs: number) {
    const ids = [...this.#open.keys()];
    for (let i = 0; i < Math.ceil(this.#size / TURNOVER); i++) {
      const id = ids[(this.#ticks * 7 + i * 31) % ids.length]!;
      this.#end(id, ends[(this.#ticks + i) % ends.length]!, nowMs);
      this.put(connection(this.#next++, { startedMs: nowMs - 100, stage: 'handshake' }));
    }
  }

  #end(id: number, how: EndedHow, nowMs: number) {
    const one = this.#open.get(id);
    if (one) this.put({ ...one, end: { atMs: nowMs, idleMs: Math.min(nowMs - one.startedMs, 1_500), how } });
  }
}
