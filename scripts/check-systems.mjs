// npm run check:systems [windows] [macos]: type-checks all of Parasol for systems that this machine is not. Links nothing
// and runs nothing: what it shows is that the parts for these systems fit together, not that they work there.
//
// rustup has no standard library for them here, so it takes Debian's compiler, which comes with the library's source, and
// builds that first. It is laid beside the project's own toolchain, under target/systems, and installed nowhere. Takes
// Debian or a relative of it, some gigabytes, and a quarter of an hour the first time.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'

const FOLDER = join(ROOT, 'target', 'systems')
const USR = join(FOLDER, 'toolchain', 'usr')
const PACKAGES =
  'rustc-web cargo-web rust-web-src libstd-rust-web-dev libstd-rust-web-1.96 libllvm22 libgit2-1.5 libhttp-parser2.9 ' +
  'libmbedtls14 libmbedx509-1 libmbedcrypto7'
const PARTS = ['parasol-proto', 'parasol-platform', 'parasol-engine', 'parasol-app', 'parasol-cli', 'parasol-desktop']
const TARGETS = { windows: 'x86_64-pc-windows-msvc', macos: 'aarch64-apple-darwin' }

const named = process.argv.slice(2)
const unknown = named.find((name) => !(name in TARGETS))
if (unknown !== undefined) {
  console.error(`There is no system ${unknown}. There are: ${Object.keys(TARGETS).join(', ')}`)
  process.exit(1)
}

if ((await toolchain()) !== 0) process.exit(1)
// the window's program takes its pages along; which ones is no matter here
mkdirSync(join(ROOT, 'ui', 'dist'), { recursive: true })
const failed = []
for (const name of named.length ? named : Object.keys(TARGETS)) {
  console.log(`\n== ${name}, ${TARGETS[name]}`)
  if ((await check(TARGETS[name])) !== 0) failed.push(name)
}
console.log(failed.length ? `\nIt does not fit on ${failed.join(', ')}.` : '\nIt fits. Nothing was run.')
process.exit(failed.length ? 1 : 0)

/** Fetches and unpacks the compiler, once; resolves to an exit code. */
async function toolchain() {
  if (existsSync(join(FOLDER, 'unpacked'))) return 0
  const packages = join(FOLDER, 'packages')
  for (const folder of [packages, join(FOLDER, 'toolchain')]) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  }
  const fetched = await run('sh', ['-c', `cd "$0" && apt-get download ${PACKAGES}`, packages])
  if (fetched !== 0) {
    console.error('The compiler comes from Debian’s archive by apt-get; it could not be fetched.')
    return fetched
  }
  for (const file of readdirSync(packages)) {
    const unpacked = await run('dpkg', ['-x', join(packages, file), join(FOLDER, 'toolchain')])
    if (unpacked !== 0) return unpacked
  }
  writeFileSync(join(FOLDER, 'unpacked'), '')
  return 0
}

function check(target) {
  const stub = compilerStub()
  const suffix = target.replaceAll('-', '_')
  const env = {
    PATH: `${join(USR, 'bin')}:${process.env.PATH}`,
    LD_LIBRARY_PATH: join(USR, 'lib', 'x86_64-linux-gnu'),
    RUSTC: join(USR, 'bin', 'rustc'),
    // -Zbuild-std is no part of a stable cargo
    RUSTC_BOOTSTRAP: '1',
    [`CC_${suffix}`]: stub,
    [`CXX_${suffix}`]: stub,
    [`AR_${suffix}`]: stub,
    AWS_LC_SYS_PREBUILT_NASM: '1',
  }
  const where = ['-Zbuild-std', '--target', target, '--target-dir', join(FOLDER, 'build')]
  return run(join(USR, 'bin', 'cargo'), ['check', '--locked', ...PARTS.flatMap((part) => ['-p', part]), ...where], { env })
}

/** What stands in for a compiler of C and an archiver for these systems: a check needs their files to be there, not what is in them. */
function compilerStub() {
  const path = join(FOLDER, 'cc')
  writeFileSync(
    path,
    `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    -o) shift; : > "$1" ;;
    -out:*|-OUT:*|/out:*|/OUT:*) : > "\${1#*:}" ;;
    -o?*) : > "\${1#-o}" ;;
    -Fo*|/Fo*) : > "\${1#?Fo}" ;;
    *.a|*.lib) : > "$1" ;;
  esac
  shift
done
`,
  )
  chmodSync(path, 0o755)
  return path
}
