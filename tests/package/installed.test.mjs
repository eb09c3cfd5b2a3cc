// The packages as people have them: installed on a clean Debian, used in a desktop there, updated, removed. Started by
// npm run test:package, which gives it namespaces of its own to do so in.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { Room, until } from './room.mjs'
import { Window } from './window.mjs'

const { deb, rpm, layers } = JSON.parse(process.env.PARASOL_PACKAGE_TEST)
const PASSWORD = 'not a secret, only a test'
const LINK = `ss://${Buffer.from(`aes-256-gcm:${PASSWORD}`).toString('base64url')}@127.0.0.1:8388#Installed`
const SITE = 'site.test'
const PAGE = 'a page beyond the server\n'
const PROXY = 'org.gnome.system.proxy'

/** A process of its own: this one waits for others and answers nobody meanwhile. */
const SITE_PROGRAM = `require('http').createServer((_, answer) => answer.end(${JSON.stringify(PAGE)})).listen(8000, '127.0.0.1', () => console.log('it listens'))`

let site
before(async () => {
  site = spawn(process.execPath, ['-e', SITE_PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(site.stdout, 'data')
})
after(() => site.kill())

test('what it depends on is all that it needs', async (t) => {
  const room = new Room(layers.slice(0, 1))
  t.after(() => room.close())
  installs(room)
  for (const program of ['parasol', 'parasol-desktop']) {
    assert.doesNotMatch(room.run('ldd', `/usr/bin/${program}`).said, /not found/)
  }
  assert.match(room.run('parasol', '--version').said, /^parasol \d/)
  // It gets as far as looking for a display, with every library loaded.
  const blind = room.run('parasol-desktop')
  assert.match(blind.said, /There is no display here/)
  assert.equal(blind.status, 1)
})

test('it is known to the desktop, to man and to shells', async (t) => {
  const room = new Room(layers)
  t.after(() => room.close())
  installs(room)

  const entry = '/usr/share/applications/Parasol.desktop'
  // A key of the newest edition, which this Debian does not know yet.
  const complaints = room.run('desktop-file-validate', entry).said.split('\n').filter((line) => line && !line.includes('SingleMainWindow'))
  assert.deepEqual(complaints, [])
  for (const scheme of ['ss', 'ssconf']) {
    assert.match(room.ana(['gio', 'mime', `x-scheme-handler/${scheme}`]).said, /Default application.*Parasol\.desktop/)
  }
  const icons = [16, 22, 24, 32, 48, 64, 96, 128, 256, 512].map((size) => `${size}x${size}/apps/parasol-desktop.png`)
  for (const icon of [...icons, 'scalable/apps/parasol-desktop.svg']) {
    assert.equal(room.run('test', '-r', `/usr/share/icons/hicolor/${icon}`).status, 0, icon)
  }

  for (const [page, says] of [['parasol', /SOCKS5/], ['parasol-proxy-release', /--every-user/], ['parasol-desktop', /--hidden/]]) {
    const shown = room.ana(['man', page], { env: { MANPAGER: 'cat', MANWIDTH: '100' } })
    assert.match(shown.said.replace(/.\x08/g, ''), says, page)
  }

  const bash = 'source /usr/share/bash-completion/bash_completion; _completion_loader parasol; COMP_WORDS=(parasol pro); COMP_CWORD=1; '
  assert.equal(room.ana(['bash', '-c', `${bash} _parasol parasol pro parasol; echo "\${COMPREPLY[@]}"`]).said, 'proxy\n')
  assert.match(room.ana(['fish', '-c', 'complete -C "parasol pro"']).said, /^proxy\t/)
  assert.equal(room.ana(['zsh', '-fc', 'autoload -U compinit && compinit -u -D && print $_comps[parasol]']).said, '_parasol\n')
})

test('a link is opened, the server is used, and all is as it was when it is removed', async (t) => {
  const room = await desktop(t)
  const clean = room.files()
  installs(room)
  serve(room)

  const window = await Window.open(room, '/usr/bin/parasol-desktop')
  await window.click('nav-profiles')
  // As a browser has it opened: by what the package has told the desktop.
  assert.equal(room.ana(['gio', 'open', LINK]).status, 0)
  await window.waitForText('link-added', '127.0.0.1:8388')
  await window.click('links-add')
  await window.click('nav-home')
  await window.click('proxy-set')
  await window.click('switch')
  await window.waitForText('state-text', 'On')
  await pointsAtUs(room)
  goesThrough(room)
  assert.equal(room.running('/usr/bin/parasol-desktop').length, 1)
  assert.deepEqual(room.running('/usr/bin/parasol').length, 2, 'the server of this test, and the small program as the guard')

  // An update takes nothing away.
  installs(room)
  goesThrough(room)
  assert.equal(setting(room, 'mode'), 'manual')

  const removed = room.run('dpkg', '--remove', 'parasol')
  assert.equal(removed.status, 0, removed.said)
  isHersAgain(room)
  await until('its end', () => room.running('/usr/bin/parasol-desktop').length === 0)
  assert.equal(room.run('dpkg', '--purge', 'parasol').status, 0)
  const left = differences(clean, room.files())
  // What she has entered stays hers; nothing of it is started any more.
  assert.ok(left.every((line) => line.startsWith('/home/ana/')), left.join('\n'))
  assert.ok(!left.some((line) => /autostart\/|\/applications\/|system-proxy\.json /.test(line)), left.join('\n'))
  assert.ok(left.some((line) => line.includes('/.config/parasol/')), 'her profiles are kept')
})

test('what a Parasol that died with its guard has left is put back when it is removed', async (t) => {
  const room = await desktop(t)
  installs(room)
  const server = serve(room)
  const imported = room.ana(['parasol', 'import', '-'], { input: LINK })
  assert.equal(imported.status, 0, imported.said)
  room.begin(['parasol-desktop', '--on'])
  await until('the proxy setting', () => setting(room, 'mode') === 'manual')
  await pointsAtUs(room)
  // As in a power cut: the guard first, so that nobody gives anything back.
  server.kill('SIGKILL')
  await until('the end of the server', () => room.running('/usr/bin/parasol').length === 1)
  for (const program of ['/usr/bin/parasol', '/usr/bin/parasol-desktop']) room.running(program).forEach((pid) => process.kill(pid, 'SIGKILL'))
  await until('their end', () => ['/usr/bin/parasol', '/usr/bin/parasol-desktop'].every((program) => room.running(program).length === 0))
  assert.equal(setting(room, 'mode'), 'manual')

  const removed = room.run('dpkg', '--remove', 'parasol')
  assert.equal(removed.status, 0, removed.said)
  isHersAgain(room)
  assert.equal(room.run('test', '-e', '/home/ana/.config/autostart/parasol-release-proxy.desktop').status, 1)
})

test('the package for rpm brings the same, and takes all of it away', async (t) => {
  const room = await desktop(t)
  const file = room.copyIn(rpm, 'parasol.rpm')
  const clean = room.files()
  const listed = room.run('rpm', '-qpl', file).said.split('\n').filter(Boolean)
  installs(room)
  const fromDeb = room.run('dpkg', '-L', 'parasol').said.split('\n').filter((path) => path && room.run('test', '-d', path).status !== 0)
  assert.equal(room.run('dpkg', '--purge', 'parasol').status, 0)
  const elsewhere = /^\/usr\/share\/(doc|licenses|zsh)\//
  const shared = (paths) => paths.filter((path) => !elsewhere.test(path)).sort()
  assert.deepEqual(shared(listed), shared(fromDeb))

  // This Debian has no database of rpm's to look its dependencies up in.
  const installed = room.run('rpm', '--install', '--nodeps', file)
  assert.equal(installed.status, 0, installed.said)
  assert.match(room.run('rpm', '-q', '--requires', 'parasol').said, /libwebkit2gtk-4\.1\.so\.0\(\)\(64bit\)/)
  assert.match(room.run('parasol', '--version').said, /^parasol \d/)
  assert.equal(room.run('rpm', '--verify', '--nodeps', 'parasol').said, '')
  serve(room)
  assert.equal(room.ana(['parasol', 'import', '-'], { input: LINK }).status, 0)
  room.begin(['parasol-desktop', '--on'])
  await until('the proxy setting', () => setting(room, 'mode') === 'manual')
  goesThrough(room)
  const removed = room.run('rpm', '--erase', 'parasol')
  assert.equal(removed.status, 0, removed.said)
  isHersAgain(room)
  const left = differences(clean, room.files()).filter((line) => !/^\/(home\/ana|var\/lib\/rpm|root\/\.rpmdb)(\/| )/.test(line))
  // rpm knows only of the files; folders that others may have too are not its own.
  assert.deepEqual(left.filter((line) => !/^\S+ (now|gone): 4/.test(line)), [])
})

/** A room with a person's desktop, whose proxy is her own: a script. */
async function desktop(t) {
  const room = new Room(layers)
  t.after(() => room.close())
  room.run('sh', '-c', `echo 127.0.0.1 ${SITE} >> /etc/hosts`)
  await room.session()
  for (const [key, value] of [['autoconfig-url', 'http://intranet.example/proxy.pac'], ['mode', 'auto']]) {
    assert.equal(room.ana(['gsettings', 'set', PROXY, key, value]).status, 0)
  }
  isHersAgain(room)
  return room
}

function installs(room) {
  const done = room.run('dpkg', '--install', room.copyIn(deb, 'parasol.deb'))
  assert.equal(done.status, 0, done.said)
}

/** A server behind which that site is, by a name that only it looks up. */
function serve(room) {
  const line = ['parasol', 'server', '-s', '127.0.0.1', '-p', '8388', '-m', 'aes-256-gcm', '--password-file', '-', '--allow-private-targets']
  return room.begin(line, { input: PASSWORD })
}

function setting(room, key) {
  return room.ana(['gsettings', 'get', PROXY, key]).out.trim().replace(/^'|'$/g, '')
}

async function pointsAtUs(room) {
  await until('the proxy setting', () => setting(room, 'mode') === 'manual')
  assert.equal(room.ana(['gsettings', 'get', `${PROXY}.http`, 'host']).out, "'127.0.0.1'\n")
  assert.equal(room.ana(['gsettings', 'get', `${PROXY}.http`, 'port']).out, '1080\n')
}

function isHersAgain(room) {
  assert.equal(setting(room, 'mode'), 'auto')
  assert.equal(setting(room, 'autoconfig-url'), 'http://intranet.example/proxy.pac')
  assert.equal(room.ana(['gsettings', 'get', `${PROXY}.http`, 'host']).out, "''\n")
}

function goesThrough(room) {
  const got = room.ana(['curl', '--silent', '--show-error', '--max-time', '20', '--proxy', 'http://127.0.0.1:1080', `http://${SITE}:8000/`])
  assert.equal(got.said, PAGE)
}

/** What is there now and was not, or is gone, or is another; but for what the system itself notes of installing. */
function differences(before, now) {
  const notes = /^\/var\/(lib\/dpkg|log|cache|lib\/systemd)(\/|$)|^\/etc\/(ld\.so\.cache|hosts)$|^\/usr\/share\/(applications\/mimeinfo\.cache|icons\/hicolor\/icon-theme\.cache)$/
  const paths = [...new Set([...before.keys(), ...now.keys()])].filter((path) => !notes.test(path) && before.get(path) !== now.get(path))
  return paths.map((path) => `${path} ${now.has(path) ? `now: ${now.get(path)}` : `gone: ${before.get(path)}`}`)
}
