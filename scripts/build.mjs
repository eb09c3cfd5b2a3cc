// npm run build: the optimised programs, target/release/parasol and target/release/parasol-desktop (with the window inside).
import { buildRelease } from './release.mjs'
import { setup } from './setup.mjs'

await setup('desktop')
const code = await buildRelease()
if (code === 0) console.log('Built target/release/parasol and target/release/parasol-desktop')
process.exit(code)
