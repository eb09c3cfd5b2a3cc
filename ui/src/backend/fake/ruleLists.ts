// Plays lists of rules from elsewhere, and what rules have decided.
import type { AppState } from '../bindings/AppState';
import type { Command } from '../bindings/Command';
import type { RuleHits } from '../bindings/RuleHits';
import type { RuleListFault } from '../bindings/RuleListFault';
import type { RuleListView } from '../bindings/RuleListView';

const HOUR = 3_600_000;

const list = (change: Partial<RuleListView> & { id: string; title: string }): RuleListView => ({
  host: 'lists.example.org',
  locked: false,
  paused: false,
  fetching: false,
  intervalHours: 24,
  ownIntervalHours: null,
  goodMs: null,
  fault: null,
  nextMs: null,
  rules: null,
  refused: 0,
  restDirect: null,
  restChanged: false,
  beyond: false,
  ...change,
});

/** One that works, one that has failed since, one that is new. */
export const someRuleLists = (now: number): RuleListView[] => [
  list({ id: 'r1', title: 'Home country', rules: 8_412, refused: 3, goodMs: now - HOUR, restDirect: true }),
  list({ id: 'r2', title: 'ads.example.net', host: 'ads.example.net', rules: 120, restChanged: true, goodMs: now - 30 * HOUR, ownIntervalHours: 5, fault: { kind: 'refused', host: 'ads.example.net', status: 404 } }),
  list({ id: 'r3', title: 'A page', fault: { kind: 'noList' }, paused: true }),
];

export const noHits: RuleHits = { sets: [{ list: null, rules: 0, used: 0 }], busiest: [] };

/** What the rules of that scene have decided. */
export const someHits: RuleHits = {
  sets: [
    { list: null, rules: 5, used: 1 },
    { list: 'r1', rules: 8_412, used: 12 },
    { list: 'r2', rules: 120, used: 0 },
  ],
  busiest: [
    { list: null, line: 3, heading: 'bypass_list', text: '||corp.example', hits: 1_204 },
    ...Array.from({ length: 12 }, (_, i) => ({ list: 'Home country', line: 40 + i, heading: 'bypass_list', text: i === 4 ? '(^|\\.)a-rather-long-pattern-of-a-host\\.(example|test)$' : `||host${i}.example`, hits: 300 - i * 20 })),
  ],
};

export function checkRuleList(url: string): RuleListFault | null {
  if (!url.trim().startsWith('https://')) return { kind: 'badUrl', slip: url.trim().startsWith('http://') ? 'http' : 'other' };
  return url.includes('known') ? { kind: 'known' } : null;
}

/** What a command makes of the lists; nothing when it is about something else. */
export function afterRuleList({ routing }: AppState, command: Command): Partial<AppState> | undefined {
  const of = (lists: RuleListView[]) => ({ routing: { ...routing, lists } });
  const changed = (id: string, change: Partial<RuleListView>) => of(routing.lists.map((one) => (one.id === id ? { ...one, ...change } : one)));
  switch (command.kind) {
    case 'addRuleList': {
      const { host } = new URL(command.url);
      return of([...routing.lists, list({ id: `r${routing.lists.length + 10}`, title: command.name.trim() || host, host, rules: 42, goodMs: Date.now() })]);
    }
    case 'refreshRuleList':
      return changed(command.id, { fault: null, goodMs: Date.now() });
    case 'setRuleListInterval':
      return changed(command.id, { ownIntervalHours: command.hours });
    case 'pauseRuleList':
      return changed(command.id, { paused: command.paused });
    case 'removeRuleList':
      return of(routing.lists.filter(({ id }) => id !== command.id));
    default:
      return undefined;
  }
}
