// The window's pages: built by Vite into ui/dist, from where cargo takes them into the program.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'

const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')

/** Builds ui/dist if a source is newer: writing it anew would make cargo link the program anew. Resolves to an exit code. */
export const buildWindow = () => build('dist', 'production')

/** The same for ui/dist-play, where a play stands in for the program, so that a browser can show the pages. */
export const buildPlay = () => build('dist-play', 'play')

async function build(folder, mode) {
  const built = newest(join(ROOT, 'ui', folder, 'index.html'))
  const sources = Math.max(
    newest(join(ROOT, 'ui'), ['dist', 'dist-play', 'bindings', 'screens']),
    newest(join(ROOT, 'package-lock.json')),
  )
  return built > sources ? 0 : run(process.execPath, [VITE, 'build', 'ui', '--mode', mode, '--logLevel', 'warn'])
}

/** When the newest file under a path was changed, in milliseconds since 1970; 0 when there is none. */
export function newest(path, except = []) {
  let stat
  try {
    stat = statSync(path)
  } catch {
    return 0
  }
  if (!stat.isDirectory()) return stat.mtimeMs
  const names = readdirSync(path).filter((name) => !except.includes(name))
  return Math.max(0, ...names.map((name) => newest(join(path, name), except)))
}
