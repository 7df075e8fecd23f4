import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { packageManagerEnvironment } from './home.mjs'
import { pins } from './pins.mjs'
import { Problem, problemFromOutput } from './problem.mjs'
import { runCaptured } from './run.mjs'

/**
 * Fetches one program as a package, held to its pinned hash, with install scripts off. It is complete or not there:
 * the work is done aside and renamed after the program has answered.
 * @param {{ folder: string, package_: string, program: string }} options `program` is its path inside the package
 * @returns {Promise<string>} path of the program
 */
export async function fetchTool({ folder, package_, program }) {
  const pin = pins.get(package_)
  if (pin === undefined) throw new Error(`there is no pin for ${package_}`)
  const home = join(folder, `${basename(package_)}-${pin.version}`)
  const path = join(home, 'node_modules', package_, program)
  if (existsSync(path)) return path

  const aside = join(folder, `fetching-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  writeProject(aside, package_, pin)
  const env = packageManagerEnvironment(process.env, folder)
  await mustRun(`fetching ${package_}`, { ...npm(), cwd: aside, env })
  await mustAnswer(join(aside, 'node_modules', package_, program), env)
  rmSync(home, { recursive: true, force: true })
  renameSync(aside, home)
  return path
}

/**
 * A project with one dependency and the lock that `npm ci` holds it to.
 * @param {string} folder
 * @param {string} package_
 * @param {import('./pins.mjs').Pin} pin
 */
function writeProject(folder, package_, { version, integrity }) {
  const project = { name: 'refward-toolchain', private: true, dependencies: { [package_]: version } }
  const packages = { '': project, [`node_modules/${package_}`]: { version, integrity } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ name: project.name, lockfileVersion: 3, requires: true, packages }))
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
