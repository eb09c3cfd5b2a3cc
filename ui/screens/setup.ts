import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the window's pages are. */
    address: string;
    /** Where the browser takes orders. */
    browser: string;
  }
}

/** As `scripts/packages.mjs` looks for it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Without what only costs: drawing by a graphics card that is not there, and extensions of the system's. */
const ARGS = ['--disable-gpu', '--disable-extensions'];

/** Serves the pages that were built, and starts the browser, once for all files. */
export default async function setup(project: TestProject) {
  const root = join(import.meta.dirname, '..');
  const outDir = 'dist-play';
  if (!existsSync(join(root, outDir, 'index.html'))) throw new Error(`ui/${outDir} is not there: npm run ui:play`);
  const server = await preview({ root, configFile: false, logLevel: 'warn', build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('the pages are not served anywhere');
  const browser = await chromium.launchServer({ executablePath: found(), host: '127.0.0.1', args: ARGS });
  project.provide('address', address);
  project.provide('browser', browser.wsEndpoint());
  return async () => {
    await browser.close();
    await server.close();
  };
}

function found(): string {
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const path = places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!path) throw new Error(`none of ${NAMES.join(', ')} is in PATH`);
  return path;
}
