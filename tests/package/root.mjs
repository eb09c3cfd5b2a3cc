// A clean Debian to install into: the smallest that there is, what the package depends on, and above that what the test needs.
// Made once for each list of dependencies; what is tried lies in a layer of its own, which goes away.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, ask, run } from '../../scripts/child.mjs'

const SUITE = 'bookworm'
const TOOLS = [
  'adwaita-icon-theme', 'bash-completion', 'curl', 'dbus-daemon', 'desktop-file-utils', 'fish', 'fonts-dejavu-core', 'libglib2.0-bin',
  'man-db', 'procps', 'rpm', 'webkit2gtk-driver', 'xvfb', 'zsh',
]

/** Folders of layers, the lowest first, for packages that depend on this. */
export async function layers(depends) {
  const folder = join(ROOT, 'target', 'package-roots', createHash('sha256').update([SUITE, depends, ...TOOLS].join('\n')).digest('hex').slice(0, 16))
  const base = join(folder, 'base')
  const tools = join(folder, 'tools')
  if (!existsSync(base)) await made(base, (part) => bare(part, depends))
  if (!existsSync(tools)) await made(tools, (part) => withTools(part, base))
  return [base, tools]
}

/** Under another name until it is whole. */
async function made(folder, make) {
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  await make(part)
  renameSync(part, folder)
}

async function bare(root, depends) {
  console.log('Making a clean Debian with what the package depends on')
  await must('debootstrap', ['--variant=minbase', `--include=ca-certificates`, SUITE, root, mirror()])
  // Nothing may start there, and nothing asks.
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  await apt(root, ['update', '-q'])
  await apt(root, ['satisfy', '-y', '-q', '--no-install-recommends', depends])
  await apt(root, ['clean'])
}

async function withTools(upper, base) {
  console.log('Laying over it what the test needs')
  const work = `${upper}.work`
  const merged = `${upper}.merged`
  for (const folder of [work, merged]) mkdirSync(folder, { recursive: true })
  await must('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${base},upperdir=${upper},workdir=${work}`, merged])
  try {
    await apt(merged, ['install', '-y', '-q', '--no-install-recommends', ...TOOLS])
    await apt(merged, ['clean'])
    await must('chroot', [merged, 'useradd', '--create-home', '--uid', '1000', '--shell', '/bin/sh', 'ana'])
  } finally {
    await must('umount', [merged])
    for (const folder of [work, merged]) rmSync(folder, { recursive: true, force: true })
  }
}

/** With the processes and devices that scripts of packages ask for, gone with the command. */
function apt(root, args) {
  const inside = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" apt-get "$@"'
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  return must('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', inside, root, ...args], env)
}

async function must(program, args, env) {
  const code = await run(program, args, { env })
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${code}`)
}

/** Where this machine gets its own packages, if it is a Debian. */
function mirror() {
  if (!/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))) return 'https://deb.debian.org/debian'
  const known = ask('apt-cache', ['policy', 'debootstrap']) ?? ''
  return /^\s+\d+ (https?:\S+)/m.exec(known)?.[1] ?? 'https://deb.debian.org/debian'
}

/** A field of what a package says of itself. */
export function field(deb, name) {
  return (ask('dpkg-deb', ['--field', deb, name]) ?? '').trim()
}

