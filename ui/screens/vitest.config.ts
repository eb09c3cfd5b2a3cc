import { defineConfig } from 'vitest/config';

// The window's pages with a play in them, as `npm run ui:play` builds them, in a real browser. With `--mode draw` the pictures of `docs/screens`.
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite/screens',
  test: {
    include: mode === 'draw' ? ['draw.ts'] : ['*.test.ts'],
    globalSetup: ['setup.ts'],
    // One browser for all; two of its tabs at a time are all that two cores can draw.
    fileParallelism: false,
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
