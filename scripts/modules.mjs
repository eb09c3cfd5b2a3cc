// npm packages: installed anew when they are not what package-lock.json says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from './child.mjs'

/** Sees to it that node_modules is what package-lock.json says. False when that failed. */
export async function modules() {
  if (upToDate()) return true
  console.log('Installing the npm packages that the window is built with')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  return (await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) === 0
}

/** npm notes in a hidden lock file what it installed; the two are compared package by package. */
function upToDate() {
  const wanted = locked('package-lock.json')
  const there = locked(join('node_modules', '.package-lock.json'))
  if (!wanted || !there) return false
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true // the project itself
    return there[path] ? there[path].version === version : optional === true
  })
}

function locked(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages
  } catch {
    return undefined
  }
}
