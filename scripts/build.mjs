// npm run build: the optimised programs, target/release/parasol and target/release/parasol-desktop (with the window inside).
import { run } from './child.mjs'
import { setup } from './setup.mjs'
import { buildWindow } from './window.mjs'

await setup('desktop')
const code = (await buildWindow()) || (await run('cargo', ['build', '--release', '-p', 'parasol-cli', '-p', 'parasol-desktop']))
if (code === 0) console.log('Built target/release/parasol and target/release/parasol-desktop')
process.exit(code)
