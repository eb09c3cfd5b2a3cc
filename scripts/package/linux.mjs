// What a package for Linux holds besides the window's program, and what it needs. The manual and what shells complete come
// from the terminal program itself.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT, ask } from '../child.mjs'
import { debLibraries, rpmLibraries } from './libraries.mjs'

/** Lays the parts out in a folder, strips the programs there; the rest of the bundler's configuration. */
export async function linuxParts(folder, programs) {
  const parasol = join(programs, 'parasol')
  const both = [parasol, join(programs, 'parasol-desktop')]
  must('strip', ['--strip-unneeded', ...both])
  const everywhere = {
    '/usr/bin/parasol': parasol,
    '/usr/share/icons/hicolor/scalable/apps/parasol-desktop.svg': plain(join(ROOT, 'icons', 'app.svg'), join(folder, 'app.svg')),
    '/usr/share/man/man1': manual(folder, parasol),
    '/usr/share/bash-completion/completions/parasol': completions(folder, parasol, 'bash'),
    '/usr/share/fish/vendor_completions.d/parasol.fish': completions(folder, parasol, 'fish'),
  }
  const zsh = completions(folder, parasol, 'zsh')
  const licence = plain(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  const changes = join(folder, 'NEWS.gz')
  write(changes, gzipSync(readFileSync(join(ROOT, 'CHANGELOG.md')), { level: 9 }))
  const { deb, rpm } = JSON.parse(readFileSync(join(ROOT, 'src-tauri', 'tauri.conf.json'), 'utf8')).bundle.linux
  return {
    linux: {
      deb: {
        files: {
          ...everywhere,
          '/usr/share/zsh/vendor-completions/_parasol': zsh,
          '/usr/share/doc/parasol/copyright': licence,
          '/usr/share/doc/parasol/NEWS.gz': changes,
        },
        depends: [...deb.depends, ...debLibraries(folder, both)],
      },
      rpm: {
        files: {
          ...everywhere,
          '/usr/share/zsh/site-functions/_parasol': zsh,
          '/usr/share/licenses/parasol/LICENSE': licence,
          '/usr/share/doc/parasol/NEWS.gz': changes,
        },
        depends: [...rpm.depends, ...rpmLibraries(both)],
      },
    },
  }
}

function manual(folder, parasol) {
  const pages = join(folder, 'manual')
  const packed = join(folder, 'man1')
  must(parasol, ['manual', pages])
  mkdirSync(packed)
  for (const page of readdirSync(pages)) write(join(packed, `${page}.gz`), gzipSync(readFileSync(join(pages, page)), { level: 9 }))
  return packed
}

function completions(folder, parasol, shell) {
  const file = join(folder, `completions.${shell}`)
  write(file, must(parasol, ['completions', shell]))
  return file
}

function plain(from, to) {
  copyFileSync(from, to)
  chmodSync(to, 0o644)
  return to
}

/** Open to everybody, whatever who packages has as a mask. */
function write(file, bytes) {
  writeFileSync(file, bytes)
  chmodSync(file, 0o644)
}

function must(program, args) {
  const output = ask(program, args)
  if (output === undefined) throw new Error(`${program} ${args.join(' ')} has failed`)
  return output
}
