import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'

const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])

/**
 * The environment of a job: as it came, with the toolchain first on the path.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ bin: string }} toolchain
 * @returns {NodeJS.ProcessEnv}
 */
export function jobEnvironment(env, toolchain) {
  return { ...env, PATH: env.PATH ? `${toolchain.bin}${delimiter}${env.PATH}` : toolchain.bin }
}

/**
 * Runs a command in this one's place: same streams, same signals, same end. It outlives neither a signal that ends this process nor
 * the npm that started it, so nothing is left running.
 * @param {{ command: string, argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>}
 */
export function runForeground({ command, argv, cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, env, stdio: 'inherit' })
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => child.kill(signal)
    for (const signal of forwarded) process.on(signal, forward)
    const watch = whenNpmIsGone(() => child.kill('SIGTERM'))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearInterval(watch)
      for (const name of forwarded) process.off(name, forward)
      if (signal === null) process.exitCode = code ?? 1
      else process.kill(process.pid, signal) // ends as the child did, so that a caller sees the same reason
      resolve()
    })
  })
}

/**
 * An npm that is killed says nothing to the script that it runs; that the script has another parent then, tells.
 * @param {() => void} action
 */
function whenNpmIsGone(action) {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined) return undefined
  return setInterval(() => process.ppid !== parent && action(), 1000)
}

/**
 * Runs a step of the set-up and keeps what it prints, for the case that it fails.
 * @param {{ command: string, argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function runCaptured({ command, argv, cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-65_536)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}
