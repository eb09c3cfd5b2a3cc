// Setup: sees to it that everything is there that a command needs, and says what it does.
// Alone (node scripts/setup.mjs) it prepares for building the desktop program. Takes a moment when nothing is missing.
import { fileURLToPath } from 'node:url'
import { modules } from './modules.mjs'
import { packages } from './packages.mjs'
import { peers } from './peers.mjs'
import { rust } from './rust.mjs'

/** For `relay` (the terminal program), `desktop` (the window too) or `tests`; ends the process when something stays missing. */
export async function setup(group) {
  const steps = [() => packages(group), rust]
  if (group !== 'relay') steps.push(modules)
  if (group === 'tests') steps.push(peers)
  for (const step of steps) {
    if (!(await step())) process.exit(1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup('desktop')
