// The Rust toolchain: only looked for; how it comes to a machine is its owner's choice.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, ask } from './child.mjs'

/** Whether cargo is there and new enough; says what to do when not. */
export function rust() {
  const needed = /^rust-version = "([\d.]+)"/m.exec(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8'))[1]
  const found = /^cargo ([\d.]+)/.exec(ask('cargo', ['--version']) ?? '')?.[1]
  if (found && !older(found, needed)) return true
  console.error(found ? `Rust ${needed} or newer is needed, and this is ${found}.` : `Rust ${needed} or newer is needed.`)
  console.error('Distributions often have an older one; https://rustup.rs shows how to install it for your user.')
  return false
}

function older(a, b) {
  return a.localeCompare(b, 'en', { numeric: true }) < 0
}
