import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { contentKey } from './fingerprint.mjs'
import { packageManagerEnvironment } from './home.mjs'
import { Problem, problemFromOutput } from './problem.mjs'
import { runCaptured } from './run.mjs'

/**
 * Fetches one program as a package, held to the hash in a committed lock file, with install scripts off. It is complete
 * or not there: the work is done aside and renamed after the program has answered.
 * @param {{ root: string, folder: string, tool: string, program: string }} options `program` is its path inside `node_modules`
 * @returns {Promise<string>} path of the program
 */
export async function fetchTool({ root, folder, tool, program }) {
  const source = join('scripts', 'toolchain', tool)
  const version = contentKey(root, [join(source, 'package-lock.json')]).slice(0, 12)
  const home = join(folder, `${tool}-${version}`)
  const path = join(home, 'node_modules', program)
  if (existsSync(path)) return path

  const aside = join(folder, `fetching-${tool}-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(root, source, name), join(aside, name))
  const env = packageManagerEnvironment(process.env, folder)
  await mustRun(`fetching ${tool}`, { ...npm(), cwd: aside, env })
  await mustAnswer(join(aside, 'node_modules', program), env)
  rmSync(home, { recursive: true, force: true })
  renameSync(aside, home)
  return path
}

/** The npm that started us, or the one on the path. */
function npm() {
  const argv = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const own = process.env.npm_execpath
  const isNpm = own !== undefined && basename(own) === 'npm-cli.js'
  return isNpm ? { command: process.execPath, argv: [own, ...argv] } : { command: 'npm', argv }
}

/**
 * @param {string} name
 * @param {Parameters<typeof runCaptured>[0]} options
 */
async function mustRun(name, options) {
  const { ok, output } = await runCaptured(options)
  if (ok) return
  if (/spawn npm ENOENT/.test(output)) throw new Problem('npm was not found', 'install npm, which comes with Node.js')
  throw problemFromOutput(name, output)
}

/**
 * A program for another C library installs well and then does not run.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} env
 */
async function mustAnswer(program, env) {
  const { ok, output } = await runCaptured({ command: program, argv: ['--version'], cwd: dirname(program), env })
  if (ok) return
  throw new Problem(
    'the fetched program does not run on this machine',
    'install Node.js 24 or newer and pnpm 12.21.0 from your system, and start again with them',
    output,
  )
}
