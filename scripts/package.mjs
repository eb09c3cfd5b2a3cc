// npm run package: the optimised programs as packages of this system, in target/packages: .deb and .rpm, .msi, or .dmg.
//   -- --target TRIPLE   for another kind of machine of the same system
//   -- --as-built        of the programs that npm run build has left
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT, ask, run } from './child.mjs'
import { linuxParts } from './package/linux.mjs'
import { buildRelease, releaseFolder } from './release.mjs'
import { setup } from './setup.mjs'

const KINDS = { linux: ['deb', 'rpm'], win32: ['msi'], darwin: ['dmg'] }[process.platform]
const { target, 'as-built': asBuilt } = parseArgs({ options: { target: { type: 'string' }, 'as-built': { type: 'boolean' } } }).values
if (!KINDS) fail(`There is no package for ${process.platform}.`)

await setup('desktop')
if (!asBuilt) await orExit(buildRelease(target))

// The bundler is shown a folder of its own, so that what cargo has built stays as it is.
const folder = join(ROOT, 'target', 'package')
const programs = join(folder, ...(target ? [target] : []), 'release')
const packages = join(ROOT, 'target', 'packages')
for (const old of [folder, packages]) rmSync(old, { recursive: true, force: true })
mkdirSync(programs, { recursive: true })
const suffix = process.platform === 'win32' ? '.exe' : ''
for (const name of ['parasol', 'parasol-desktop']) copyFileSync(join(releaseFolder(target), name + suffix), join(programs, name + suffix))

const config = join(folder, 'tauri.json')
writeFileSync(config, JSON.stringify({ bundle: process.platform === 'linux' ? await linuxParts(folder, programs) : besideIt() }, null, 2))

const tauri = join(ROOT, 'node_modules', '@tauri-apps', 'cli', 'tauri.js')
const elsewhere = target ? ['--target', target] : []
// Which kind of package a program came in is asked by nobody.
const args = ['bundle', '--ci', '--no-binary-patching', '--bundles', KINDS.join(','), '--config', config, ...elsewhere]
await orExit(run(process.execPath, [tauri, ...args], { env: { CARGO_TARGET_DIR: folder } }))

mkdirSync(packages, { recursive: true })
for (const kind of KINDS) {
  const made = join(programs, 'bundle', kind)
  const files = readdirSync(made).filter((name) => name.endsWith(`.${kind}`))
  if (files.length !== 1) fail(`The bundler was to leave one .${kind} in ${made}, and left ${files.length}.`)
  const name = files[0].replace(/^Parasol/, 'parasol')
  cpSync(join(made, files[0]), join(packages, name))
  chmodSync(join(packages, name), 0o644)
  console.log(`target/packages/${name}`)
}

/** The terminal program lies beside the window's, where this looks for it. */
function besideIt() {
  const triple = target ?? /^host: (\S+)$/m.exec(ask('rustc', ['-vV']) ?? '')?.[1]
  if (!triple) fail('rustc does not say what kind of machine this is.')
  copyFileSync(join(programs, `parasol${suffix}`), join(folder, `parasol-${triple}${suffix}`))
  return { externalBin: [join(folder, 'parasol')] }
}

async function orExit(step) {
  const code = await step
  if (code !== 0) process.exit(code)
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
