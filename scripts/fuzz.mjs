// npm run fuzz [target] [seconds]: looks for inputs for which a parser's check does not hold (fuzz/README.md). Each target
// runs for so long (600 seconds if not said), one after the other. Takes a C++ compiler; neither cargo-fuzz nor nightly.
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, ask, run } from './child.mjs'

const FUZZ = join(ROOT, 'fuzz')
const targets = readdirSync(join(FUZZ, 'fuzz_targets')).map((file) => file.replace(/\.rs$/, '')).sort()

const args = process.argv.slice(2)
const named = args.find((arg) => !/^\d+$/.test(arg))
const seconds = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 600)
if (named && !targets.includes(named)) {
  console.error(`There is no target ${named}. There are: ${targets.join(', ')}`)
  process.exit(1)
}
const wanted = named ? [named] : targets

// What cargo-fuzz passes, less the address sanitizer: it needs nightly, and there is no unsafe code here.
const host = /^host: (.*)$/m.exec(ask('rustc', ['-vV']) ?? '')?.[1]
const coverage = ['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares']
const flags = ['-Cpasses=sancov-module', '-Ccodegen-units=1', ...coverage.map((part) => `-Cllvm-args=-sanitizer-coverage-${part}`)]
const target = process.env.CARGO_TARGET_DIR ?? join(FUZZ, 'target')
const env = { ...process.env, CARGO_TARGET_DIR: target, RUSTFLAGS: flags.join(' ') }

// --target, so that build scripts are built without the flags.
const build = ['build', '--release', '--manifest-path', join(FUZZ, 'Cargo.toml'), '--target', host]
const built = await run('cargo', [...build, ...wanted.flatMap((name) => ['--bin', name])], { env })
if (built !== 0) process.exit(built)

const findings = []
for (const name of wanted) {
  const [found, kept, crashes] = ['found', 'corpus', 'artifacts'].map((folder) => join(FUZZ, folder, name))
  for (const folder of [found, kept, crashes]) mkdirSync(folder, { recursive: true })
  console.log(`\n== ${name}, ${seconds} seconds`)
  const options = [`-max_total_time=${seconds}`, '-timeout=20', '-rss_limit_mb=2048', '-print_final_stats=1']
  const program = join(target, host, 'release', name)
  const code = await run(program, [...options, `-artifact_prefix=${crashes}/`, found, kept], { env })
  if (code !== 0) findings.push(name)
}
console.log(findings.length === 0 ? `\nNo findings in ${wanted.join(', ')}.` : `\nFindings in ${findings.join(', ')}: see fuzz/artifacts.`)
process.exit(findings.length === 0 ? 0 : 1)
