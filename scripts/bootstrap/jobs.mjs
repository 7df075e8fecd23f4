import { Problem } from './problem.mjs'

/**
 * @typedef {object} Job
 * @property {boolean} needsApp whether the gateway's bundle must be built first
 * @property {readonly string[]} argv for Node.js; empty when the set-up is all that was asked for
 */

const app = 'apps/refward/dist/main.js'
const fast = 'lint,typecheck,dependencies,unused'

/** @type {ReadonlyMap<string, (args: readonly string[]) => Job>} */
const jobs = new Map(/** @type {[string, (args: readonly string[]) => Job][]} */ ([
  ['setup', () => ({ needsApp: false, argv: [] })],
  ['start', (args) => ({ needsApp: true, argv: [app, ...startArguments(args)] })],
  ['build', () => ({ needsApp: true, argv: [] })],
  ['test', (args) => ({ needsApp: false, argv: ['scripts/test/main.ts', ...args] })],
  ['check', (args) => ({ needsApp: false, argv: ['scripts/test/main.ts', '--only', fast, ...args] })],
  ['e2e', (args) => ({ needsApp: false, argv: ['scripts/matrix/main.ts', ...args] })],
  ['bench', (args) => ({ needsApp: true, argv: ['--conditions=refward-source', 'bench/src/main.ts', ...args] })],
  ['gitea', (args) => ({ needsApp: false, argv: ['scripts/programs/main.ts', 'gitea', ...args] })],
  ['gitleaks', (args) => ({ needsApp: false, argv: ['scripts/programs/main.ts', 'gitleaks', ...args] })],
]))

/**
 * @param {readonly string[]} argv the job's name and its arguments
 * @returns {Job}
 */
export function jobFor(argv) {
  const [name = '', ...args] = argv
  const job = jobs.get(name)
  if (job === undefined) {
    throw new Problem(`there is no job ${JSON.stringify(name)}`, `use one of: ${[...jobs.keys()].join(', ')}`)
  }
  return job(args)
}

const aboutTheProgram = new Set(['--help', '-h', '--version'])

/**
 * `npm start` shows the demonstration; `npm start -- --once` passes it a flag; `npm start -- up …` names another command.
 * @param {readonly string[]} args
 * @returns {readonly string[]}
 */
function startArguments(args) {
  const [first] = args
  const isCommand = first !== undefined && (!first.startsWith('-') || aboutTheProgram.has(first))
  return isCommand ? args : ['demo', ...args]
}
