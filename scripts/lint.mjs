// npm run lint: formatting, clippy and types; runs all of them and fails if one does.
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'
import { setup } from './setup.mjs'
import { buildWindow } from './window.mjs'

await setup('desktop')
const codes = [
  await run('cargo', ['fmt', '--all', '--check']),
  await run(process.execPath, [join(ROOT, 'node_modules', 'svelte-check', 'bin', 'svelte-check'), '--tsconfig', 'ui/tsconfig.json']),
  // clippy looks into the program that embeds the window
  (await buildWindow()) || (await run('cargo', ['clippy', '--workspace', '--all-targets', '--', '--deny', 'warnings'])),
]
process.exit(codes.find((code) => code !== 0) ?? 0)
