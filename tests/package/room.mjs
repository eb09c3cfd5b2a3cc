// A machine to try a package on, made of the layers of a clean Debian and one that goes away. Everything of it lies in the
// namespaces of the test: mounts, network and processes end with it.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const SYSTEM = { PATH, HOME: '/root', LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' }
const ANA = {
  PATH,
  HOME: '/home/ana',
  USER: 'ana',
  LANG: 'C.UTF-8',
  XDG_RUNTIME_DIR: '/run/user/1000',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
  DISPLAY: ':7',
  XDG_CURRENT_DESKTOP: 'GNOME',
  DESKTOP_SESSION: 'gnome',
  XDG_SESSION_TYPE: 'x11',
  NO_AT_BRIDGE: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
}

export class Room {
  #started = []

  /** Layers, the lowest first. */
  constructor(layers) {
    this.folder = mkdtempSync(join(tmpdir(), 'parasol-room-'))
    this.root = join(this.folder, 'root')
    for (const name of ['root', 'upper']) mkdirSync(join(this.folder, name))
    // What an overlay is written to cannot lie on one.
    must('mount', ['-t', 'tmpfs', 'tmpfs', join(this.folder, 'upper')])
    for (const name of ['files', 'work']) mkdirSync(join(this.folder, 'upper', name))
    const upper = `upperdir=${join(this.folder, 'upper', 'files')},workdir=${join(this.folder, 'upper', 'work')}`
    must('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${[...layers].reverse().join(':')},${upper}`, this.root])
    must('mount', ['-t', 'proc', 'proc', join(this.root, 'proc')])
    must('mount', ['--rbind', '/dev', join(this.root, 'dev')])
    for (const place of ['dev/shm', 'tmp', 'run']) must('mount', ['-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', join(this.root, place)])
  }

  copyIn(file, name) {
    copyFileSync(file, join(this.root, 'tmp', name))
    return `/tmp/${name}`
  }

  /** As root: what it ended with, and all that it said. */
  run(...line) {
    const { status, stdout, stderr, error } = spawnSync('chroot', [this.root, ...line], { env: SYSTEM, encoding: 'utf8', timeout: 120_000 })
    return { status, said: stdout + stderr, error }
  }

  /** As a person, in her session. */
  ana(line, { input = '', env = {} } = {}) {
    const asked = ['--userspec=ana:ana', this.root, ...line]
    const { status, stdout, stderr, error } = spawnSync('chroot', asked, { env: { ...ANA, ...env }, input, encoding: 'utf8', timeout: 120_000 })
    return { status, said: stdout + stderr, out: stdout, error }
  }

  /** Begins something that goes on, as her. */
  begin(line, { env = {}, input } = {}) {
    const child = spawn('chroot', ['--userspec=ana:ana', this.root, ...line], {
      env: { ...ANA, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'inherit'],
    })
    if (input !== undefined) child.stdin.end(input)
    this.#started.push(child)
    return child
  }

  /** Her desktop: a bus and a screen. */
  async session() {
    const home = join(this.root, 'run/user/1000')
    mkdirSync(join(this.root, 'run/user'), { mode: 0o755 })
    mkdirSync(home, { mode: 0o700 })
    chownSync(home, 1000, 1000)
    mkdirSync(join(this.root, 'tmp/.X11-unix'))
    chmodSync(join(this.root, 'tmp/.X11-unix'), 0o1777)
    this.begin(['dbus-daemon', '--session', '--nofork', '--nopidfile', '--address=unix:path=/run/user/1000/bus'])
    this.begin(['Xvfb', ':7', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'])
    await until('her bus and screen', () => existsSync(join(home, 'bus')) && existsSync(join(this.root, 'tmp/.X11-unix/X7')))
  }

  /** Every file there, with its kind, mode, length and, of a link, where it leads; but for what is nobody's file. */
  files() {
    const found = new Map()
    const look = (folder) => {
      for (const name of readdirSync(join(this.root, folder))) {
        const path = `${folder}/${name}`
        if (['/proc', '/dev', '/tmp', '/run', '/sys'].includes(path)) continue
        const about = lstatSync(join(this.root, path))
        const what = about.isSymbolicLink() ? readlinkSync(join(this.root, path)) : about.isDirectory() ? '' : about.size
        found.set(path, `${about.mode.toString(8)} ${what}`)
        if (about.isDirectory()) look(path)
      }
    }
    look('')
    return found
  }

  /** Processes whose program has this path, or had it before it was removed. */
  running(program) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '').endsWith(program)
      } catch {
        return false // it has ended
      }
    }).map(Number)
  }

  async close() {
    for (const child of this.#started.reverse()) child.kill('SIGKILL')
    must('umount', ['--recursive', '--lazy', this.root])
    must('umount', ['--lazy', join(this.folder, 'upper')])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Looks again until it is so; a bound, so that nothing hangs. */
export async function until(what, look) {
  const begun = Date.now()
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() - begun > 60_000) throw new Error(`not within a minute: ${what}`)
    await turn()
  }
}

function must(program, args) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}
