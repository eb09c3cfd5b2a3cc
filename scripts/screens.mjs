// npm run screens: draws the pictures in docs/screens anew, from the window's pages on the fake backend.
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'
import { setup } from './setup.mjs'
import { buildPlay } from './window.mjs'

await setup('tests')
const built = await buildPlay()
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
process.exit(built || (await run(process.execPath, [vitest, 'run', '--root', 'ui/screens', '--mode', 'draw'])))
