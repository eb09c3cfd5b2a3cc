import { backup } from './ru/backup';
import { connections } from './ru/connections';
import { diagnosis } from './ru/diagnosis';
import { events, frame } from './ru/frame';
import { files } from './ru/files';
import { finding } from './ru/finding';
import { given } from './ru/given';
import { groups } from './ru/groups';
import { home } from './ru/home';
import { differs, importFaults, imports, places } from './ru/imports';
import { log } from './ru/log';
import { opener } from './ru/opener';
import { past } from './ru/past';
import { faults, problems } from './ru/problems';
import { profiles } from './ru/profiles';
import { ruleLists } from './ru/ruleLists';
import { ruleFaults, rules } from './ru/rules';
import { secrets } from './ru/secrets';
import { settings } from './ru/settings';
import { share } from './ru/share';
import { start } from './ru/start';
import { subscriptionFaults, subscriptions } from './ru/subscriptions';
import { terminal } from './ru/terminal';
import { hops, stages, verdicts } from './ru/verdicts';
import { states } from './ru/states';
import { testing } from './ru/testing';
import { timeouts } from './ru/timeouts';
import type { Words } from './en';
import { Figures, type Units } from './figures';

const units: Units = {
  bytes: ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ', 'ПБ', 'ЭБ'],
  perSecond: (size) => `${size}/с`,
  milliseconds: 'мс',
  seconds: 'с',
  minutes: 'мин',
  hours: 'ч',
};

/** Русский, by areas of the window. */
export function ru(locale: string, timeZone?: string): Words {
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
