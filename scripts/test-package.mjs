// npm run test:package: makes the packages where a source is newer, and tries them on a clean Debian: installs them, uses
// Parasol in a desktop there, updates it, removes it. Takes root, Debian's archive the first time, and the release build.
//   -- --as-made    tries the packages that are there
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { layers, field } from '../tests/package/root.mjs'
import { ROOT, run } from './child.mjs'
import { packages } from './packages.mjs'
import { newest } from './window.mjs'

const folder = join(ROOT, 'target', 'packages')
if (process.platform !== 'linux' || process.getuid() !== 0) fail('This takes Debian or a relative of it, and root: it mounts, and makes namespaces.')
if (!(await packages('package'))) process.exit(1)
if (!process.argv.includes('--as-made') && newest(folder) < sources()) {
  const code = await run(process.execPath, [join(ROOT, 'scripts', 'package.mjs')])
  if (code !== 0) process.exit(code)
}

const [deb, rpm] = ['.deb', '.rpm'].map((kind) => {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(kind)) : []
  if (files.length !== 1) fail(`There are to be one .deb and one .rpm in target/packages, and there are ${files.length} of ${kind}.`)
  return join(folder, files[0])
})
const told = { deb, rpm, layers: await layers(field(deb, 'Depends')) }
// What it does to mounts, networks and processes ends with it.
const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
const tests = ['--test-reporter=spec', '--test', join(ROOT, 'tests', 'package', 'installed.test.mjs')]
process.exit(await run('unshare', [...apart, process.execPath, ...tests], { env: { PARASOL_PACKAGE_TEST: JSON.stringify(told) } }))

function sources() {
  const paths = ['Cargo.toml', 'Cargo.lock', 'package-lock.json', 'crates', 'src-tauri', 'icons', 'ui', 'scripts/package', 'scripts/package.mjs']
  return Math.max(...paths.map((path) => newest(join(ROOT, path), ['dist', 'gen', 'bindings', 'tests'])))
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
