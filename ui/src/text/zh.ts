import { backup } from './zh/backup';
import { connections } from './zh/connections';
import { diagnosis } from './zh/diagnosis';
import { events, frame } from './zh/frame';
import { files } from './zh/files';
import { finding } from './zh/finding';
import { given } from './zh/given';
import { groups } from './zh/groups';
import { home } from './zh/home';
import { differs, importFaults, imports, places } from './zh/imports';
import { log } from './zh/log';
import { opener } from './zh/opener';
import { past } from './zh/past';
import { faults, problems } from './zh/problems';
import { profiles } from './zh/profiles';
import { ruleLists } from './zh/ruleLists';
import { ruleFaults, rules } from './zh/rules';
import { secrets } from './zh/secrets';
import { settings } from './zh/settings';
import { share } from './zh/share';
import { start } from './zh/start';
import { subscriptionFaults, subscriptions } from './zh/subscriptions';
import { terminal } from './zh/terminal';
import { hops, stages, verdicts } from './zh/verdicts';
import { states } from './zh/states';
import { testing } from './zh/testing';
import { timeouts } from './zh/timeouts';
import type { Words } from './en';
import { Figures, type Units } from './figures';

const units: Units = {
  bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'],
  perSecond: (size) => `${size}/s`,
  milliseconds: 'ms',
  seconds: '秒',
  minutes: '分钟',
  hours: '小时',
};

/** 简体中文, by areas of the window. */
export function zh(locale: string, timeZone?: string): Words {
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
