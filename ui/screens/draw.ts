import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, test } from 'vitest';
import type { SceneName } from '../src/backend/fake/scene';
import type { Code } from '../src/text/languages';
import { choose, keys, LINKS, press, seen, type Step, type as write } from './shots';
import { settled, SMALL, Tabs, USUAL } from './tabs';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'screens');
const tabs = new Tabs();
afterAll(() => tabs.end());

interface Picture {
  name: string;
  scene: SceneName;
  screen?: string;
  steps?: Step[];
  theme?: 'light' | 'dark';
  size?: { width: number; height: number };
  language?: Code;
}

const pictures: Picture[] = [
  { name: 'home', scene: 'on' },
  { name: 'home-dark', scene: 'on', theme: 'dark' },
  { name: 'first-start', scene: 'empty' },
  { name: 'failed', scene: 'failed' },
  { name: 'small', scene: 'on', size: SMALL },
  { name: 'broken', scene: 'broken' },
  { name: 'profiles', scene: 'groups', screen: 'profiles' },
  { name: 'editor-dark', scene: 'on', screen: 'profiles', steps: [press('profile-edit', 1), press('profile-test-run')], theme: 'dark' },
  { name: 'import', scene: 'on', screen: 'profiles', steps: [press('import'), write('links-text', LINKS), seen('link-refused')] },
  { name: 'subscriptions', scene: 'lists', screen: 'profiles', steps: [press('subscriptions')] },
  { name: 'traffic', scene: 'ports', screen: 'traffic', steps: [press('past-day'), press('past-ports')] },
  { name: 'traffic-dark', scene: 'on', screen: 'traffic', steps: [keys('past-chart', 'End', 'Shift+PageUp'), seen('brushed-row')], theme: 'dark' },
  { name: 'connections', scene: 'on', screen: 'connections' },
  { name: 'timeline', scene: 'on', screen: 'connections', steps: [choose('filter-ended', 'silentServer'), press('connection-open')] },
  { name: 'diagnosis', scene: 'broken', screen: 'settings', steps: [press('diagnosis-run'), seen('report-copy'), press('section-diagnosis')] },
  { name: 'log', scene: 'on', screen: 'log' },
  { name: 'rules', scene: 'rules', screen: 'rules', steps: [write('which-host', 'www.corp.example')] },
  { name: 'ports', scene: 'ports', screen: 'settings' },
  { name: 'home-chinese', scene: 'on', language: 'zh' },
  { name: 'home-persian', scene: 'on', language: 'fa' },
  { name: 'profiles-russian', scene: 'groups', screen: 'profiles', language: 'ru' },
];

async function draw(page: Page, { name, steps = [], theme = 'light', size = USUAL }: Picture) {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme });
  for (const step of steps) await step(page);
  // Nobody's cursor: it would blink, or not.
  await page.mouse.move(0, 0);
  await settled(page);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), caret: 'hide' });
}

test.each(pictures)('$name', (picture) => tabs.on(picture.scene, picture.screen ?? 'home', (page) => draw(page, picture), picture.language));
