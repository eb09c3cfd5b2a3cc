import type { AppState } from '../bindings/AppState';
import type { Hop } from '../bindings/Hop';
import type { Path } from '../bindings/Path';
import type { Point } from '../bindings/Point';
import type { PortKind } from '../bindings/PortKind';
import type { PortSample } from '../bindings/PortSample';
import type { PortView } from '../bindings/PortView';
import type { Protocol } from '../bindings/Protocol';
import type { Sample } from '../bindings/Sample';
import type { VerdictCode } from '../bindings/VerdictCode';
import type { Scene } from './scene';

/** Rates that look like somebody's evening: the same second always gives the same figures. */
function rates(atMs: number): { up: number; down: number } {
  const t = atMs / 1000;
  const wave = (a: number, b: number, s: number) =>
    Math.max(0, a + b * Math.sin(t / 9 + s) + b * 0.6 * Math.sin(t / 3.1 + s * 2) + b * 0.35 * Math.sin(t * 1.7));
  return { up: Math.round(wave(0.7e6, 0.35e6, 2)), down: Math.round(wave(5.2e6, 2.6e6, 0.4)) };
}

const unknown: Hop = { state: 'unknown', micros: null, verdict: null };
const good = (micros: number): Hop => ({ state: 'good', micros, verdict: null });
const failed = (verdict: VerdictCode): Hop => ({ state: 'failed', micros: null, verdict });

const DIALLING: VerdictCode[] = ['nameNotFound', 'nameTimedOut', 'noAnswer', 'refused', 'unreachable'];

function path(scene: Scene, on: boolean): Path {
  if (!on || !(scene.traffic || scene.broken)) return { local: unknown, server: unknown, internet: unknown };
  const local = good(94);
  if (!scene.broken) return { local, server: good(42_310), internet: good(61_200) };
  return DIALLING.includes(scene.broken)
    ? { local, server: failed(scene.broken), internet: unknown }
    : { local, server: good(42_310), internet: failed(scene.broken) };
}

const protocols: Record<PortKind, Protocol[]> = { mixed: ['socks5', 'socks4', 'http'], tunnel: ['tunnel'], dns: ['dns'] };

/** A port beside the first one, with little to do. */
function beside({ port, name, kind, profile }: PortView, state: AppState): PortSample {
  const through = state.profiles.find(({ id }) => id === (profile ?? state.active))?.title ?? '';
  const none = { upRate: 0, downRate: 0, flows: 1 };
  return { ...none, port, name, protocols: protocols[kind], profile: through, upTotal: 84_000, downTotal: 1_100_000 };
}

/** What the relay of this scene would have measured in the last second. */
export function sample(scene: Scene, state: AppState, atMs: number): Sample {
  const on = state.actual.kind === 'on';
  const sinceMs = state.actual.kind === 'on' ? state.actual.sinceMs : atMs;
  const seconds = (atMs - sinceMs) / 1000;
  const now = scene.traffic ? rates(atMs) : { up: 0, down: 0 };
  const profile = state.profiles.find(({ id }) => id === state.active);
  return {
    atMs,
    ports: on
      ? [
          {
            port: state.localPort,
            name: 'Local',
            protocols: ['socks5', 'socks4', 'http'],
            profile: profile?.title ?? '',
            upRate: now.up,
            downRate: now.down,
            upTotal: scene.traffic ? Math.round(seconds * 21_000) : 0,
            downTotal: scene.traffic ? Math.round(seconds * 252_000) : 0,
            flows: scene.traffic ? 9 + (Math.round(atMs / 7000) % 5) : 0,
          },
          ...state.ports.filter(({ actual }) => actual.kind === 'open').map((port) => beside(port, state)),
        ]
      : [],
    path: path(scene, on),
    givenUp: scene.givenUp,
    givenUpToday: scene.givenUp.reduce((sum, group) => sum + group.count, 0),
  };
}

/** The last two minutes. */
export function history(scene: Scene, state: AppState, atMs: number): Point[] {
  if (state.actual.kind !== 'on') return [];
  const { sinceMs } = state.actual;
  return Array.from({ length: 120 }, (_, i) => atMs - (120 - i) * 1000)
    .filter((at) => at >= sinceMs)
    .map((at) => {
      const { up, down } = scene.traffic ? rates(at) : { up: 0, down: 0 };
      return { atMs: at, upRate: up, downRate: down };
    });
}
