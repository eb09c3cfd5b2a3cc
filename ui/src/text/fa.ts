import { backup } from './fa/backup';
import { connections } from './fa/connections';
import { diagnosis } from './fa/diagnosis';
import { events, frame } from './fa/frame';
import { files } from './fa/files';
import { finding } from './fa/finding';
import { given } from './fa/given';
import { groups } from './fa/groups';
import { home } from './fa/home';
import { differs, importFaults, imports, places } from './fa/imports';
import { log } from './fa/log';
import { opener } from './fa/opener';
import { past } from './fa/past';
import { faults, problems } from './fa/problems';
import { profiles } from './fa/profiles';
import { ruleLists } from './fa/ruleLists';
import { ruleFaults, rules } from './fa/rules';
import { secrets } from './fa/secrets';
import { settings } from './fa/settings';
import { share } from './fa/share';
import { start } from './fa/start';
import { subscriptionFaults, subscriptions } from './fa/subscriptions';
import { terminal } from './fa/terminal';
import { hops, stages, verdicts } from './fa/verdicts';
import { states } from './fa/states';
import { testing } from './fa/testing';
import { timeouts } from './fa/timeouts';
import type { Words } from './en';
import { Figures, type Units } from './figures';

/** The letters of sizes and rates are those that every program here shows; digits and times are Persian. */
const units: Units = {
  bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'],
  perSecond: (size) => `${size}/s`,
  milliseconds: 'ms',
  seconds: 'ثانیه',
  minutes: 'دقیقه',
  hours: 'ساعت',
};

/** فارسی, by areas of the window. */
export function fa(locale: string, timeZone?: string): Words {
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
    ruleLists: ruleLists(figures),
    diagnosis: diagnosis(figures),
  };
}
