// Child programs: run one to its end, or ask one a short question.
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder; every program is run there, wherever npm was called. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Runs a program with our terminal and passes SIGINT, SIGTERM and SIGHUP on to it.
 * Resolves to its exit code, 128 + n after signal n as shells do, or 127 when it could not be started.
 * `onOutput` gets each piece of its output as well; the terminal still shows it.
 */
export function run(program, args, { env = {}, onOutput } = {}) {
  return new Promise((resolve) => {
    const stdio = onOutput ? ['inherit', 'pipe', 'pipe'] : 'inherit'
    const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio })
    // a terminal's Ctrl-C has reached the child already, and a second one may mean something else to it
    const pass = (signal) => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    for (const [stream, ours] of onOutput ? [[child.stdout, process.stdout], [child.stderr, process.stderr]] : []) {
      stream.setEncoding('utf8').on('data', (text) => {
        ours.write(text)
        onOutput(text)
      })
    }
    const end = (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.on('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`)
      end(127)
    })
    // 'close', not 'exit': the last output has been read by then
    child.on('close', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}

/** Runs a program quietly; its standard output, or undefined when it is missing or fails. */
export function ask(program, args, { env = {} } = {}) {
  const { status, stdout } = spawnSync(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? stdout : undefined
}
