import { accessSync, constants, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { delimiter, join, relative } from 'node:path'
import { requireDiskSpace } from './disk.mjs'
import { hasStamp, writeStamp } from './fingerprint.mjs'
import { fetchTool } from './fetch-tool.mjs'
import { withLock } from './lock.mjs'
import { nodeVersion, pins, pnpmVersion } from './pins.mjs'
import { Problem } from './problem.mjs'
import { step } from './progress.mjs'
import { runCaptured } from './run.mjs'

/**
 * @typedef {object} Toolchain
 * @property {string} bin folder to put first on the path
 * @property {string} node
 * @property {string} pnpm
 */

const oldestNode = 24

/**
 * Provides Node.js and pnpm in `.toolchain/bin`: the machine's own where they fit, otherwise the pinned ones from the package registry.
 * @param {string} root
 * @returns {Promise<Toolchain>}
 */
export async function ensureToolchain(root) {
  const folder = join(root, '.toolchain')
  const bin = join(folder, 'bin')
  const toolchain = { bin, node: join(bin, 'node'), pnpm: join(bin, 'pnpm') }
  const key = toolchainKey()
  const stamp = join(folder, 'toolchain.stamp')
  const isReady = () => hasStamp(stamp, key) && existsSync(toolchain.pnpm) && existsSync(toolchain.node) && !isTooOldNode(toolchain.node)
  if (isReady()) return toolchain

  await withLock(`${root} toolchain`, async () => {
    if (isReady()) return
    requireDiskSpace(root)
    mkdirSync(bin, { recursive: true })
    removeLeftovers(folder)
    link(await provideNode(folder), toolchain.node)
    link(await providePnpm(folder), toolchain.pnpm)
    writeStamp(stamp, key)
  })
  return toolchain
}

/** What the links in the toolchain folder stand for. */
function toolchainKey() {
  return `${process.platform}-${process.arch}-node-${nodeVersion}-pnpm-${pnpmVersion}`
}

/**
 * A link to the machine's own Node.js goes stale when somebody puts an older one in its place.
 * @param {string} node
 */
function isTooOldNode(node) {
  return realpathSync(node) === process.execPath && !nodeFits(process.versions.node)
}

/**
 * @param {string} version
 * @param {boolean} [hasSqlite]
 */
export function nodeFits(version, hasSqlite = isBuiltin('node:sqlite')) {
  return Number.parseInt(version, 10) >= oldestNode && hasSqlite
}

/** @param {string} folder */
async function provideNode(folder) {
  if (nodeFits(process.versions.node)) return process.execPath
  const package_ = pinnedFor('node-', `install Node.js ${oldestNode} or newer and start again with it`)
  return step(`Node.js ${nodeVersion}`, () => fetchTool({ folder, package_, program: 'bin/node' }))
}

/** @param {string} folder */
async function providePnpm(folder) {
  const own = await ownPnpm()
  if (own !== undefined) return own
  const package_ = pinnedFor('@pnpm/exe.', `install pnpm ${pnpmVersion} (npm install --global pnpm@${pnpmVersion}) and start again`)
  return step(`pnpm ${pnpmVersion}`, () => fetchTool({ folder, package_, program: 'pnpm' }))
}

/** Only the pinned version will do: another one may read the lock file otherwise. */
async function ownPnpm() {
  const found = (process.env.PATH ?? '').split(delimiter).map((entry) => join(entry, 'pnpm')).find(isProgram)
  if (found === undefined) return undefined
  const env = { ...process.env, COREPACK_ENABLE_NETWORK: '0' } // its stand-in for pnpm would fetch one in order to answer
  const { ok, output } = await runCaptured({ command: found, argv: ['--version'], cwd: '/', env })
  return ok && output.trim() === pnpmVersion ? realpathSync(found) : undefined
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to run
  }
}

/**
 * @param {string} prefix
 * @param {string} remedy
 */
function pinnedFor(prefix, remedy) {
  const package_ = `${prefix}${process.platform}-${process.arch}`
  if (!pins.has(package_)) throw new Problem(`there is no pinned ${package_}`, remedy)
  return package_
}

/**
 * What an interrupted run left half-way is worth nothing.
 * @param {string} folder
 */
function removeLeftovers(folder) {
  const leftovers = readdirSync(folder).filter((name) => name.startsWith('fetching-'))
  for (const name of leftovers) rmSync(join(folder, name), { recursive: true, force: true })
}

/**
 * Links by a relative path where it can, so that the clone may be moved.
 * @param {string} program
 * @param {string} path
 */
function link(program, path) {
  const folder = join(path, '..', '..')
  const isInside = !relative(folder, program).startsWith('..')
  rmSync(`${path}.new`, { force: true })
  symlinkSync(isInside ? relative(join(path, '..'), program) : program, `${path}.new`)
  renameSync(`${path}.new`, path)
}
