// The optimised programs, with the window inside: target/release, or target/TRIPLE/release for another kind of machine.
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'
import { buildWindow } from './window.mjs'

/** Builds both programs; resolves to an exit code. */
export async function buildRelease(target) {
  const elsewhere = target ? ['--target', target] : []
  const programs = ['build', '--release', '-p', 'parasol-cli', '-p', 'parasol-desktop', ...elsewhere]
  return (await buildWindow()) || run('cargo', programs)
}

/** Where cargo leaves them. */
export const releaseFolder = (target) => join(ROOT, 'target', ...(target ? [target] : []), 'release')
