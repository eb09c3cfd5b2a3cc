// npm test: everything that can be tested on this machine, on loopback and with private settings.
// Every step runs even if an earlier one failed, except those that need it. The last line is the sum.
import { join } from 'node:path'
import { ROOT, ask, run } from './child.mjs'
import { setup } from './setup.mjs'
import { buildPlay, buildWindow } from './window.mjs'

const node = process.execPath
const tool = (...path) => join(ROOT, 'node_modules', ...path)
const sum = { passed: 0, failed: 0 }

await setup('tests')

await step('Types of the window', () => run(node, [tool('svelte-check', 'bin', 'svelte-check'), '--tsconfig', 'ui/tsconfig.json']))
await counted('Tests of the window', node, [tool('vitest', 'vitest.mjs'), 'run', '--root', 'ui'], vitestCounts)
await step('The window’s pages', buildWindow)
const play = await step('The same with a play in them', buildPlay)
if (play) await counted('Screens in a browser', node, [tool('vitest', 'vitest.mjs'), 'run', '--root', 'ui/screens'], vitestCounts)
// One call builds the programs that the tests start and the tests themselves, with one set of features: nothing is built twice.
const built = await step('Programs and tests', () => run('cargo', ['build', '--workspace', '--all-targets']))
if (built) {
  const nextest = ask('cargo', ['nextest', '--version']) !== undefined
  if (nextest) await counted('Tests', 'cargo', ['nextest', 'run', '--workspace', '--no-fail-fast'], nextestCounts)
  else await counted('Tests', 'cargo', ['test', '--workspace', '--all-targets', '--no-fail-fast'], cargoCounts)
}

console.log(`${sum.passed} passed, ${sum.failed} failed`)
process.exit(sum.failed === 0 ? 0 : 1)

/** A step that is no list of tests: adds nothing when it works and one failure when it does not. */
async function step(title, work) {
  console.log(`\n== ${title}`)
  const code = await work()
  if (code !== 0) {
    console.error(`${title}: ended with code ${code}`)
    sum.failed += 1
  }
  return code === 0
}

/** A list of tests: adds what it counts itself. */
async function counted(title, program, args, counts) {
  console.log(`\n== ${title}`)
  let output = ''
  const code = await run(program, args, { onOutput: (text) => (output += text) })
  const { passed, failed } = counts(output.replace(/\x1b\[[\d;]*m/g, ''))
  sum.passed += passed
  sum.failed += failed
  if (code !== 0 && failed === 0) {
    console.error(`${title}: ended with code ${code}`)
    sum.failed += 1
  }
  if (code === 0 && passed === 0) {
    console.error(`${title}: no test was run`)
    sum.failed += 1
  }
}

// "      Tests  1 failed | 12 passed (13)"
function vitestCounts(output) {
  const line = /^ *Tests .*$/m.exec(output)?.[0] ?? ''
  return { passed: number(line, /(\d+) passed/), failed: number(line, /(\d+) failed/) }
}

// "     Summary [   9.1s] 40 tests run: 38 passed (1 slow), 1 failed, 1 timed out, 0 skipped"
function nextestCounts(output) {
  const line = /^ *Summary \[.*$/m.exec(output)?.[0] ?? ''
  return {
    passed: number(line, /(\d+) passed/),
    failed: number(line, /(\d+) failed/) + number(line, /(\d+) timed out/) + number(line, /(\d+) exec failed/),
  }
}

// "test result: FAILED. 3 passed; 1 failed; 0 ignored; ..." once for each test program
function cargoCounts(output) {
  const results = [...output.matchAll(/^test result: .*$/gm)].map(([line]) => line)
  return {
    passed: results.reduce((total, line) => total + number(line, /(\d+) passed/), 0),
    failed: results.reduce((total, line) => total + number(line, /(\d+) failed/), 0),
  }
}

function number(line, pattern) {
  return Number(pattern.exec(line)?.[1] ?? 0)
}
