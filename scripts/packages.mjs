// System packages: which are needed for what, which are missing, and installing those on Debian and Ubuntu.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ask, run } from './child.mjs'

// [package, why, program or pkg-config module that shows on other systems that it is there]
const RELAY = [
  ['build-essential', 'the C compiler that the cryptography is built with', 'cc'],
  ['pkg-config', 'finds the libraries below', 'pkg-config'],
  ['libglib2.0-dev', 'reads and sets the system proxy', 'pc:gio-2.0'],
]
const DESKTOP = [
  ['libgtk-3-dev', 'the window', 'pc:gtk+-3.0'],
  ['libwebkit2gtk-4.1-dev', 'what the window draws with', 'pc:webkit2gtk-4.1'],
  ['libdbus-1-dev', 'how the window and the tray talk to the desktop', 'pc:dbus-1'],
  ['gsettings-desktop-schemas', 'describes the system proxy setting', 'gsettings'],
  ['dconf-gsettings-backend', 'keeps the system proxy setting', null],
]
const TESTS = [
  ['shadowsocks-libev', 'the server and client that ours must understand', 'ss-server'],
  ['v2ray', 'another server and client', 'v2ray'],
  ['libsodium23', 'what the Python peer encrypts with', null],
  ['simple-obfs', 'a plugin that ours must run', 'obfs-local'],
  ['shadowsocks-v2ray-plugin', 'another one', 'ss-v2ray-plugin'],
  ['python3-pip', 'fetches the peers that no package brings, and runs the one in Python', 'python3'],
  ['nginx', 'the host of a subscription', 'nginx'],
  ['curl', 'goes through the relay', 'curl'],
  ['iproute2', 'makes networks for tests, and changes them', 'ip'],
  ['fish', 'a shell that takes the command for it', 'fish'],
  ['faketime', 'sets the clock wrong', 'faketime'],
  [descendsFrom('ubuntu') ? 'chromium-browser' : 'chromium', 'a browser that follows the system proxy, and shows the window’s pages', ['chromium', 'chromium-browser', 'google-chrome']],
  ['xvfb', 'a screen for the window', 'Xvfb'],
  ['dbus-daemon', 'a session bus for the tray and the settings', 'dbus-daemon'],
  ['libglib2.0-bin', 'reads the system proxy from outside', 'gsettings'],
  ['libproxy-tools', 'what many programs ask for the system proxy', 'proxy'],
  ['libproxy1-plugin-gsettings', 'has it read the setting', null],
  ['desktop-file-utils', 'checks the entry of the desktop’s menu', 'desktop-file-validate'],
  ['gnome-keyring', 'a key store for passwords', 'gnome-keyring-daemon'],
  ['libsecret-tools', 'looks into it from outside', 'secret-tool'],
  ['dconf-service', 'writes the system proxy setting', null],
  ['webkit2gtk-driver', 'clicks in the window', 'WebKitWebDriver'],
  ['fonts-dejavu-core', 'letters on the screen', null],
  ['adwaita-icon-theme', 'the small pictures that GTK asks for', null],
]
const PACKAGE = [
  ['debootstrap', 'makes a clean Debian to install into', 'debootstrap'],
  ['debian-archive-keyring', 'tells that it is Debian’s', null],
  ['iproute2', 'gives it a network of its own', 'ip'],
]
// Newer releases have it in another one, and none of this name.
const WHERE_OFFERED = ['libproxy1-plugin-gsettings']
const GROUPS = { relay: RELAY, desktop: [...RELAY, ...DESKTOP], tests: [...RELAY, ...DESKTOP, ...TESTS], package: PACKAGE }

/** Sees to it that the packages of a group (`relay`, `desktop`, `tests` or `package`) are there. False when some are still missing. */
export async function packages(group) {
  if (process.platform !== 'linux') return true // nothing beyond the system's own build tools
  return descendsFrom('debian') ? install(GROUPS[group]) : check(GROUPS[group])
}

async function install(wanted) {
  const missing = notInstalled(wanted)
  if (missing.length === 0) return true

  console.log(`Installing ${missing.length} Debian package${missing.length === 1 ? '' : 's'} that Parasol needs:`)
  for (const [name, why] of missing) console.log(`  ${name.padEnd(26)} ${why}`)
  const names = (packages) => packages.map(([name]) => name)
  const apt = asRoot()
  if (!apt) {
    console.error(`That takes root, and sudo is not there. As root: apt-get install ${names(missing).join(' ')}`)
    return false
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const call = (...args) => run(apt[0], [...apt.slice(1), 'apt-get', ...args], { env })
  // a fresh machine has no package lists, an old one stale ones; a mirror that is down now shows in the next step
  await call('update', '-q')
  // now that it is known what is offered
  await call('install', '-y', '-q', '--no-install-recommends', ...names(notInstalled(wanted)))
  const still = names(notInstalled(wanted))
  if (still.length > 0) console.error(`Still missing: ${still.join(' ')}`)
  return still.length === 0
}

function check(wanted) {
  const missing = wanted.filter(([, , sign]) => sign && !present(sign))
  if (missing.length === 0) return true
  console.error('Parasol needs these; their Debian names tell what to look for in this system’s packages:')
  for (const [name, why] of missing) console.error(`  ${name.padEnd(26)} ${why}`)
  return false
}

function notInstalled(wanted) {
  const names = wanted.map(([name]) => name)
  // dpkg-query fails as a whole when one name is unknown, but still prints the others
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Abbrev}\n', ...names], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const installed = new Set((stdout ?? '').split('\n').filter((line) => / .i /.test(line)).map((line) => line.split(' ')[0]))
  // a browser from elsewhere does as well: Ubuntu's own is no Debian package
  const replaced = ([name, , sign]) => (Array.isArray(sign) && present(sign)) || (WHERE_OFFERED.includes(name) && !offered(name))
  return wanted.filter((wish) => !installed.has(wish[0]) && !replaced(wish))
}

/** Whether this release's archive has a package of this name. */
const offered = (name) => ask('apt-cache', ['show', name]) !== undefined

function present(sign) {
  if (Array.isArray(sign)) return sign.some(present)
  if (sign.startsWith('pc:')) return ask('pkg-config', ['--exists', sign.slice(3)]) !== undefined
  return inPath(sign)
}

/** Whether PATH leads to a program of this name. */
export function inPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** What stands before `apt-get`, or undefined when we cannot become root. */
function asRoot() {
  if (process.getuid() === 0) return ['env']
  if (!inPath('sudo')) return undefined
  // without a terminal nobody can type a password: fail at once instead of hanging
  const quiet = process.stdin.isTTY ? [] : ['-n']
  return ['sudo', ...quiet, 'DEBIAN_FRONTEND=noninteractive']
}

/** Whether this system is of that name or descends from it. */
function descendsFrom(name) {
  try {
    return new RegExp(`^ID(_LIKE)?=.*\\b${name}\\b`, 'm').test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}
