import type { Page } from 'playwright-core';
import type { SceneName } from '../src/backend/fake/scene';
import { sceneNames } from '../src/backend/fake/scene';

export type Step = (page: Page) => Promise<unknown>;

/** A screen in one of its states: the scene, and how to get there. */
export interface Shot {
  name: string;
  scene: SceneName;
  screen: string;
  steps: Step[];
  /** So long that going through it by Tab takes too long. */
  long?: boolean;
}

export const press =
  (id: string, at = 0): Step =>
  (page) =>
    page.getByTestId(id).nth(at).click();
export const type =
  (id: string, text: string): Step =>
  (page) =>
    page.getByTestId(id).fill(text);
const shiftPress =
  (id: string, at: number): Step =>
  (page) =>
    page.getByTestId(id).nth(at).click({ modifiers: ['Shift'] });
export const choose =
  (id: string, value: string): Step =>
  (page) =>
    page.getByTestId(id).selectOption(value);
export const keys =
  (id: string, ...pressed: string[]): Step =>
  async (page) => {
    for (const key of pressed) await page.getByTestId(id).press(key);
  };
export const seen =
  (id: string): Step =>
  (page) =>
    page.getByTestId(id).first().waitFor();
const unseen =
  (id: string): Step =>
  (page) =>
    page.getByTestId(id).first().waitFor({ state: 'detached' });

function shot(scene: SceneName, screen: string, name = '', ...steps: Step[]): Shot {
  return { name: [scene, screen, name].filter(Boolean).join(', '), scene, screen, steps };
}

export const LINKS = [
  'ss://YWVzLTI1Ni1nY206c2VjcmV0@osl.example.net:8388#Oslo',
  'ss://YWVzLTI1Ni1nY206c2VjcmV0@203.0.113.40:443/?plugin=obfs-local&unknown=1#Frankfurt%20two',
  'ss://YWVzLTI1Ni1nY206c2VjcmV0@tk1.example.net:8388#Tokyo',
  'ss://YWVzLTI1Ni1jZmI6c2VjcmV0@old.example.net:8388#Old',
  'vmess://eyJ2IjoiMiJ9',
].join('\n');
const REFUSED = ['#IMPORT_URL <https://example.net/list.acl>', '[odd_list]', '10.0.0.0/33', '(', '||good.example'].join('\n');

/** Scenes that show nothing of their own on Home. */
const elsewhere: SceneName[] = ['earlier', 'hangs', 'lists', 'tested', 'testing', 'groups', 'nokeystore', 'rules', 'crowd'];
const home = sceneNames.filter((scene) => !elsewhere.includes(scene)).map((scene) => shot(scene, 'home'));

/** The other screens, in the scenes that have something of their own to show there. */
const lists = [
  ...(['on', 'failed', 'empty', 'lists', 'locked', 'groups', 'tested', 'testing', 'unsafeon', 'notices'] as const).map((scene) => shot(scene, 'profiles')),
  { ...shot('many', 'profiles'), long: true },
  { ...shot('crowd', 'connections'), long: true },
  ...(['on', 'off'] as const).map((scene) => shot(scene, 'traffic')),
  shot('on', 'log'),
  { ...shot('crowd', 'log'), long: true },
  ...(['on', 'rules', 'direct'] as const).map((scene) => shot(scene, 'rules')),
  ...(['on', 'ports', 'portfaults', 'earlier', 'nokeystore', 'locked'] as const).map((scene) => shot(scene, 'settings')),
];

const pages = [
  shot('on', 'home', 'traffic as a table', press('traffic-as')),
  shot('on', 'home', 'another port is typed', press('change-port')),
  shot('on', 'home', 'the command for a terminal', press('terminal')),
  shot('many', 'home', 'all that timed out', press('given-up-all')),
  shot('empty', 'home', 'links are typed', type('links-text', LINKS), seen('link-added')),

  shot('on', 'profiles', 'a new profile', press('add-profile')),
  shot('on', 'profiles', 'a new profile with faults', press('add-profile'), press('editor-save'), seen('editor-name')),
  shot('on', 'profiles', 'the password shown', press('profile-edit'), press('editor-reveal')),
  shot('on', 'profiles', 'the built-in server', press('profile-edit', 2)),
  shot('on', 'profiles', 'tested', press('profile-edit'), press('profile-test-run'), seen('test-verdict')),
  shot('on', 'profiles', 'tested and silent', press('profile-edit', 1), press('profile-test-run'), seen('test-verdict')),
  shot('noplugin', 'profiles', 'a plugin', press('profile-edit')),
  shot('unsafe', 'profiles', 'an unsafe method', press('profile-edit'), seen('editor-ota')),
  shot('locked', 'profiles', 'a locked password', press('profile-edit')),
  shot('many', 'profiles', 'searched', type('profile-search', 'server 12'), seen('profile-search-clear')),
  shot('many', 'profiles', 'nothing found', type('profile-search', 'nowhere'), unseen('profile-row')),
  shot('on', 'profiles', 'deleted', press('profile-delete', 1), seen('undo-line')),

  shot('on', 'profiles', 'import', press('import')),
  shot('on', 'profiles', 'import of links', press('import'), type('links-text', LINKS), seen('link-refused')),
  shot('on', 'profiles', 'import from the screen', press('import'), press('look-at-screen'), seen('link-added')),
  shot('on', 'profiles', 'imported', press('import'), press('look-at-screen'), seen('link-added'), press('links-add'), seen('notice')),

  shot('on', 'profiles', 'no subscriptions', press('subscriptions')),
  shot('lists', 'profiles', 'subscriptions', press('subscriptions')),
  shot('locked', 'profiles', 'a locked subscription', press('subscriptions')),

  shot('groups', 'profiles', 'a group', press('group-edit')),
  shot('groups', 'profiles', 'a group with a fixed member', press('group-edit'), press('group-policy-fixed'), seen('group-fixed')),
  shot('on', 'profiles', 'a new group without members', press('add-group'), press('group-save')),

  shot('on', 'traffic', 'as a table', press('past-as')),
  shot('ports', 'traffic', 'by port', press('past-ports'), press('past-minutes')),
  shot('many', 'traffic', 'by profile', press('past-profiles'), press('past-month')),
  shot('many', 'traffic', 'by profile as a table', press('past-profiles'), press('past-day'), press('past-as')),
  shot('on', 'traffic', 'a time', keys('past-chart', 'End', 'Shift+PageUp'), seen('brushed-row')),
  shot('on', 'traffic', 'a time of which nothing is known', press('past-month'), keys('past-chart', 'Home'), seen('brushed-none')),
  { ...shot('crowd', 'connections', 'of a time', press('nav-traffic'), keys('past-chart', 'End'), press('brushed-all'), seen('filter-time')), long: true },

  ...(['on', 'off', 'idle'] as const).map((scene) => shot(scene, 'connections')),
  shot('on', 'connections', 'paused', press('connections-pause')),
  shot('on', 'connections', 'some chosen', press('connection-row', 2), shiftPress('connection-row', 5)),
  shot('on', 'connections', 'of one verdict', choose('filter-ended', 'silentServer')),
  shot('on', 'connections', 'a timeline', choose('filter-ended', 'silentServer'), press('connection-open'), seen('timeline')),
  shot('on', 'connections', 'none found', type('filter-text', 'nowhere'), seen('filter-clear')),

  shot('rules', 'rules', 'which rule', type('which-host', 'www.corp.example'), seen('which-answer')),
  shot('rules', 'rules', 'all busy rules', press('rule-hits-all')),
  shot('on', 'rules', 'no host', type('which-host', 'a b'), seen('which-answer')),
  shot('rules', 'rules', 'rules for PAC alone', press('rules-other'), type('rules-text', '[outbound_block_list]\n||ads.example'), seen('rule-refused')),
  shot('rules', 'rules', 'refused lines', type('rules-text', REFUSED), seen('rule-refused')),

  shot('on', 'log', 'a line opened', press('log-line'), seen('log-opened')),
  shot('on', 'log', 'nothing found', type('log-search', 'nowhere'), seen('log-none')),
  shot('on', 'log', 'targets noted', press('log-targets')),

  shot('on', 'settings', 'the system proxy by a script', press('proxy-pac'), seen('proxy-rules')),
  shot('on', 'settings', 'diagnosed', press('diagnosis-run'), seen('report-copy')),
  shot('failed', 'settings', 'diagnosed with a fault', press('diagnosis-run'), seen('report-copy')),
  shot('on', 'settings', 'passwords moved', press('secrets-move'), seen('secrets-moved')),
  shot('hangs', 'settings', 'being diagnosed', press('diagnosis-run'), seen('diagnosis-step')),
  shot('hangs', 'settings', 'a diagnosis called off', press('diagnosis-run'), seen('diagnosis-step'), press('diagnosis-cancel'), seen('report-copy')),
  shot('broken', 'settings', 'diagnosed with a wrong clock', press('diagnosis-run'), seen('report-copy')),
  shot('on', 'settings', 'a new port', press('add-port')),
  shot('on', 'settings', 'a new port for the network', press('add-port'), press('port-reach-lan'), seen('port-lan-warning')),
  shot('on', 'settings', 'a new tunnel with faults', press('add-port'), press('port-kind-tunnel'), press('port-save')),
  shot('on', 'settings', 'a new DNS port', press('add-port'), press('port-kind-dns')),
  shot('ports', 'settings', 'a port with a login', press('port-edit')),
  shot('earlier', 'settings', 'the profiles of an earlier state', press('earlier-look', 1), press('restore-profiles'), seen('link-added')),
  shot('on', 'settings', 'a bad address to test with', type('probe-url', 'a b'), press('probe-save')),
];

/** Questions and other dialogs: how one gets to the button that opens it, and that button. */
export interface Asking {
  shot: Shot;
  opener: string;
  at?: number;
  /** Whose button is gone with what it did. */
  steps?: Step[];
}

const asking = (scene: SceneName, screen: string, name: string, before: Step[], opener: string, ...steps: Step[]): Asking => ({
  shot: shot(scene, screen, name, ...before),
  opener,
  steps,
});

export const questions: Asking[] = [
  asking('on', 'profiles', 'share', [], 'profile-share', seen('share-qr')),
  asking('on', 'profiles', 'share as a file', [], 'profile-share', press('share-sip008'), unseen('share-qr')),
  asking('lists', 'profiles', 'add a subscription', [press('subscriptions')], 'subscription-new'),
  asking('lists', 'profiles', 'add a subscription that is there', [press('subscriptions')], 'subscription-new', type('subscription-url', 'https://lists.example.org/x'), press('subscription-look'), seen('subscription-found')),
  asking('lists', 'profiles', 'add a subscription that is down', [press('subscriptions')], 'subscription-new', type('subscription-url', 'https://down.example.org/x'), press('subscription-look'), seen('subscription-fault')),
  asking('lists', 'profiles', 'edit a subscription', [press('subscriptions')], 'subscription-edit'),
  asking('lists', 'profiles', 'remove a subscription', [press('subscriptions')], 'subscription-remove'),
  asking('groups', 'profiles', 'delete a group', [], 'group-delete'),
  asking('on', 'profiles', 'leave unsaved', [press('add-profile'), type('editor-name', 'Oslo')], 'nav-home'),
  asking('on', 'settings', 'the timeouts', [], 'timeouts-change'),
  asking('on', 'settings', 'timeouts that are none', [], 'timeouts-change', type('timeout-idle', '0'), press('timeouts-save')),
  asking('on', 'traffic', 'export traffic', [], 'past-export'),
  asking('rules', 'rules', 'add a list', [], 'rule-list-add'),
  asking('rules', 'rules', 'add a list with a bad address', [], 'rule-list-add', type('rule-list-url', 'http://a.example/'), press('rule-list-save')),
  asking('rules', 'rules', 'remove a list', [], 'rule-list-remove'),
  asking('on', 'connections', 'export connections', [], 'connections-export'),
  asking('on', 'connections', 'close what is shown', [], 'close-shown'),
  asking('ports', 'settings', 'delete a port', [], 'port-delete'),
  asking('on', 'settings', 'make a backup', [], 'backup-make'),
  asking('on', 'settings', 'a backup made', [], 'backup-make', press('backup-save'), seen('backup-done')),
  asking('on', 'settings', 'restore a backup', [], 'backup-restore'),
  asking('on', 'settings', 'a backup that is not there', [], 'backup-restore', press('backup-choose'), seen('backup-fault')),
  asking('earlier', 'settings', 'go back', [], 'earlier-look', seen('restore-profiles')),
];

/** Every screen in every state. */
export const shots: Shot[] = [
  ...home,
  ...lists,
  ...pages,
  ...questions.map(({ shot, opener, at, steps = [] }) => ({ ...shot, steps: [...shot.steps, press(opener, at), ...steps] })),
];
