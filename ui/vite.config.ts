import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  // Beside the packages, not in a node_modules of its own here.
  cacheDir: '../node_modules/.vite',
  plugins: [svelte(), svelteTesting({ autoCleanup: false })],
  build: {
    // With `--mode play` there is a play in them for browsers, which have no program behind the window.
    outDir: mode === 'play' ? 'dist-play' : 'dist',
    // The oldest web view that knows light-dark(), which tokens.css is made of.
    target: ['safari17.5', 'chrome123'],
    modulePreload: { polyfill: false },
  },
  server: { port: 1420, strictPort: true },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test/setup.ts'],
    // A bound for what hangs; a busy machine may take its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
