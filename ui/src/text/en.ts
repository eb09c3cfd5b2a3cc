import { backup } from './en/backup';
import { connections } from './en/connections';
import { events, frame } from './en/frame';
import { files } from './en/files';
import { finding } from './en/finding';
import { given } from './en/given';
import { groups } from './en/groups';
import { home } from './en/home';
import { diagnosis } from './en/diagnosis';
import { differs, importFaults, imports, places } from './en/imports';
import { log } from './en/log';
import { opener } from './en/opener';
import { past } from './en/past';
import { faults, problems } from './en/problems';
import { profiles } from './en/profiles';
import { ruleLists } from './en/ruleLists';
import { ruleFaults, rules } from './en/rules';
import { secrets } from './en/secrets';
import { settings } from './en/settings';
import { share } from './en/share';
import { start } from './en/start';
import { subscriptionFaults, subscriptions } from './en/subscriptions';
import { terminal } from './en/terminal';
import { hops, stages, verdicts } from './en/verdicts';
import { states } from './en/states';
import { testing } from './en/testing';
import { timeouts } from './en/timeouts';
import { Figures, type Units } from './figures';
import type { Shape } from './shape';

const units: Units = {
  bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'],
  perSecond: (size) => `${size}/s`,
  milliseconds: 'ms',
  seconds: 's',
  minutes: 'min',
  hours: 'h',
};

/** English, by areas of the window. Its shape is what every other language must have; see {@link Words}. */
export function en(locale: string, timeZone?: string) {
  const figures = new Figures(locale, units, timeZone);
  return {
    figures,
    verdicts,
    stages,
    hops,
    problems,
    faults,
    importFaults,
    places,
    differs,
    ruleFaults,
    events: events(figures),
    ...frame(figures),
    ...home(figures),
    ...imports(figures),
    ...profiles,
    ...finding(figures),
    ...rules(figures),
    ...settings,
    states: states(figures),
    given,
    share,
    terminal,
    start,
    opener,
    subscriptionFaults,
    subscriptions: subscriptions(figures),
    secrets: secrets(figures),
    backup: backup(figures),
    testing: testing(figures),
    timeouts: timeouts(figures),
    files,
    groups: groups(figures),
    connections: connections(figures),
    past: past(figures),
    log: log(figures),
    diagnosis: diagnosis(figures),
    ruleLists: ruleLists(figures),
  };
}

type English = ReturnType<typeof en>;

/** Every word of the window. A language that lacks one, or has one more, does not compile. */
export type Words = Shape<Omit<English, 'figures'>> & Pick<English, 'figures'>;
