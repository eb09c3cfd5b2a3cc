// Which libraries the programs need, in the words of either kind of package. Read from the programs, so that it stays true.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { ask } from '../child.mjs'

/** As Debian says it: packages and from which version on. Empty where its tool is missing; the bundler then names the main ones. */
export function debLibraries(folder, programs) {
  const source = join(folder, 'libraries')
  mkdirSync(join(source, 'debian'), { recursive: true })
  // The tool wants to be asked from within a source package.
  writeFileSync(join(source, 'debian', 'control'), 'Source: parasol\n\nPackage: parasol\nArchitecture: any\n')
  const args = ['-O', ...programs.map((program) => `-e${program}`)]
  const { status, stdout, stderr } = spawnSync('dpkg-shlibdeps', args, { cwd: source, encoding: 'utf8' })
  if (status === 0) return listed(stdout)
  console.error(`dpkg-shlibdeps, of Debian’s package dpkg-dev, does not say which libraries are needed:\n${stderr ?? 'it is not there'}`)
  return []
}

/** `shlibs:Depends=libc6 (>= 2.34), libgcc-s1 (>= 4.2)` */
export function listed(text) {
  const list = /^shlibs:Depends=(.*)$/m.exec(text)?.[1] ?? ''
  return list.split(',').map((one) => one.trim()).filter((one) => one !== '')
}

/** As rpm says it: names of libraries, and the versions of their symbols. */
export function rpmLibraries(programs) {
  const needed = programs.flatMap((program) => {
    // In English, whatever this machine speaks.
    const said = ask('readelf', ['--wide', '--dynamic', '--version-info', program], { env: { LC_ALL: 'C' } })
    const libraries = required(said ?? '')
    if (libraries.length === 0) throw new Error(`readelf does not say what ${program} needs`)
    return libraries
  })
  return [...new Set(needed)].sort()
}

/** What readelf says that a 64-bit program needs: `libc.so.6()(64bit)`, `libc.so.6(GLIBC_2.34)(64bit)`. */
export function required(text) {
  const needed = [...text.matchAll(/\(NEEDED\)\s+Shared library: \[(.+?)\]/g)].map(([, name]) => `${name}()(64bit)`)
  let file = ''
  for (const line of text.split('\n')) {
    file = /\bVersion: \d+ +File: (\S+) +Cnt:/.exec(line)?.[1] ?? file
    const version = /^ +0x[0-9a-f]+: +Name: (\S+) +Flags:/.exec(line)?.[1]
    if (version && file) needed.push(`${file}(${version})(64bit)`)
  }
  return needed
}
