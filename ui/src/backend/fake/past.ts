// Plays the traffic of the past. The same step always has the same figures.
import type { Amount } from '../bindings/Amount';
import type { AppState } from '../bindings/AppState';
import type { ProfileUse } from '../bindings/ProfileUse';
import type { TrafficPart } from '../bindings/TrafficPart';
import type { TrafficRange } from '../bindings/TrafficRange';
import type { TrafficSeen } from '../bindings/TrafficSeen';

const frames: Record<TrafficRange, [stepMs: number, steps: number]> = {
  minutes: [1_000, 120],
  hour: [10_000, 360],
  day: [300_000, 288],
  month: [7_200_000, 360],
};
const HOUR = 3_600_000;

/** Bytes a second at a time of somebody's day: little at night, but never nothing, more in the evening, now and then a download. */
function rateAt(atMs: number, seed: number): Amount {
  const hour = (atMs / HOUR) % 24;
  const awake = Math.max(0.04, Math.sin(((hour - 6) / 18) * Math.PI));
  const wave = Math.abs(Math.sin(atMs / 97_000 + seed) * Math.sin(atMs / 1_310_000 + 2 * seed) + 0.2 * Math.sin(atMs / 11_000));
  const burst = Math.sin(atMs / 5_300_000 + seed * 3) > 0.93 ? 6 : 1;
  return { down: 420_000 * awake * wave * burst, up: 61_000 * awake * (wave + 0.2 * burst) };
}

function part(range: TrafficRange, nowMs: number, change: Pick<TrafficPart, 'id' | 'name'> & Partial<TrafficPart>, share: number, seed: number): TrafficPart {
  const [stepMs, count] = frames[range];
  const first = (Math.floor(nowMs / stepMs) - count + 1) * stepMs;
  const steps = Array.from({ length: count }, (_, i) => first + i * stepMs).flatMap((atMs) => {
    const rate = rateAt(atMs, seed);
    const scale = (share * stepMs) / 1_000;
    const step = { atMs, up: Math.round(rate.up * scale), down: Math.round(rate.down * scale) };
    return step.up || step.down ? [step] : [];
  });
  const amount = (down: number): Amount => ({ down: Math.round(down * share), up: Math.round(down * share * 0.14) });
  return { port: null, gone: false, steps, today: amount(2.1e9), month: amount(61e9), ...change };
}

function sum(parts: readonly TrafficPart[]): TrafficPart {
  const steps = new Map<number, Amount>();
  const add = (a: Amount, b: Amount): Amount => ({ up: a.up + b.up, down: a.down + b.down });
  const nothing = { up: 0, down: 0 };
  for (const { steps: its } of parts) for (const { atMs, up, down } of its) steps.set(atMs, add(steps.get(atMs) ?? nothing, { up, down }));
  return {
    id: '',
    name: '',
    port: null,
    gone: false,
    steps: [...steps].sort(([a], [b]) => a - b).map(([atMs, amount]) => ({ atMs, ...amount })),
    today: parts.reduce((all, { today }) => add(all, today), nothing),
    month: parts.reduce((all, { month }) => add(all, month), nothing),
  };
}

/** What the program would have counted, if there was traffic: the ports that there are, the profiles, and one that is gone. */
export function past(traffic: boolean, state: AppState, range: TrafficRange, nowMs: number): TrafficSeen {
  const [stepMs, steps] = frames[range];
  const beside = traffic ? state.ports.filter(({ actual }) => actual.kind === 'open') : [];
  const first = traffic ? [part(range, nowMs, { id: 'Local', name: 'Local', port: state.localPort }, 1, 1)] : [];
  const ports = [...first, ...beside.map(({ id, name, port }, i) => part(range, nowMs, { id, name, port }, 0.3 / (i + 1), i + 2))];
  const total = sum(ports);
  // Each has some of every step, so that together they are all of it.
  const known = [...state.profiles.slice(0, 8).map(({ id, title }) => ({ id, name: title })), { id: 'gone', name: 'Old \u202eserver', gone: true }];
  const weight = (i: number) => 2 ** -(i + 1) / (1 - 2 ** -known.length);
  const of = (amount: Amount, i: number): Amount => ({ up: Math.round(amount.up * weight(i)), down: Math.round(amount.down * weight(i)) });
  const profiles = known.map((one, i): TrafficPart => ({
    ...{ port: null, gone: false, ...one },
    steps: total.steps.map(({ atMs, ...amount }) => ({ atMs, ...of(amount, i) })),
    today: of(total.today, i),
    month: of(total.month, i),
  }));
  return { atMs: nowMs, stepMs, steps, total, ports, profiles: traffic ? profiles : [] };
}

/** How long ago those profiles were used that are not used now, the first ones first, in minutes. */
const AGO = [3, 190, 1_600, 7_000, 30_000];

/** The same of each profile, and when it was used last. */
export function usesOf(traffic: boolean, state: AppState, nowMs: number): ProfileUse[] {
  return past(traffic, state, 'month', nowMs).profiles.flatMap(({ id, gone, today, month }, i) => {
    const minutes = AGO[Math.min(i, AGO.length - 1)]!;
    const active = id === state.active;
    const ofToday = active || minutes < 600;
    const lastMs = nowMs - (active ? 0 : minutes * 60_000);
    return gone ? [] : [{ id, today: ofToday ? today : { up: 0, down: 0 }, month: ofToday || minutes < 9_000 ? month : { up: 0, down: 0 }, lastMs }];
  });
}
