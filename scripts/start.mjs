// npm start: opens Parasol, built if need be; without a display it runs `parasol demo` in the terminal.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'
import { setup } from './setup.mjs'
import { buildWindow, newest } from './window.mjs'

const args = process.argv.slice(2)
const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY

if (display) {
  await start('parasol-desktop', 'parasol-desktop', args)
} else {
  console.log('There is no display here: running the demo in this terminal instead of opening the window.')
  await start('parasol-cli', 'parasol', ['demo', ...args])
}

async function start(crate, program, args) {
  const release = join(ROOT, 'target', 'release', program)
  if (existsSync(release) && newest(release) > sources()) {
    console.log(`Starting target/release/${program}`)
    process.exit(await run(release, args))
  }

  await setup(display ? 'desktop' : 'relay')
  if (display) await orExit(buildWindow())
  const debug = join(ROOT, 'target', 'debug', program)
  if (!existsSync(debug)) {
    console.log('Building Parasol for this machine; the first time takes about six minutes on two cores.')
    console.log('(npm run build makes the optimised programs, which npm start then uses; that takes about ten.)')
  }
  await orExit(run('cargo', ['build', '--package', crate]))
  process.exit(await run(debug, args))
}

/** When the newest source of the programs was changed. */
function sources() {
  const paths = ['Cargo.toml', 'Cargo.lock', 'package-lock.json', 'crates', 'src-tauri', 'icons', 'ui']
  return Math.max(...paths.map((path) => newest(join(ROOT, path), ['dist', 'dist-play', 'gen', 'bindings'])))
}

async function orExit(step) {
  const code = await step
  if (code !== 0) process.exit(code)
}
