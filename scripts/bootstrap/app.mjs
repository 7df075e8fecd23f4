import { join } from 'node:path'
import { hasStamp, treeKey, writeStamp } from './fingerprint.mjs'
import { installKey } from './install.mjs'
import { withLock } from './lock.mjs'
import { problemFromOutput } from './problem.mjs'
import { step } from './progress.mjs'
import { jobEnvironment, runCaptured } from './run.mjs'
import { packageFolders } from './workspace.mjs'

/**
 * Builds the gateway's bundle, unless the one there was made of these very sources.
 * @param {string} root
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @returns {Promise<void>}
 */
export async function ensureApp(root, toolchain) {
  const stamp = join(root, 'apps', 'refward', 'dist', '.refward-built')
  const key = appKey(root)
  if (hasStamp(stamp, key)) return

  await withLock(`${root} build`, async () => {
    if (hasStamp(stamp, key)) return
    await step('build', () => build(root, toolchain))
    writeStamp(stamp, key)
  })
}

/**
 * The bundle is made straight from the sources of all packages, and of the fixtures that the demonstration shows; tests are no part of it.
 * @param {string} root
 */
function appKey(root) {
  const packages = packageFolders(root).filter((folder) => /^(?:packages|testing)\//.test(folder) || folder === 'apps/refward')
  const sources = [...packages.map((folder) => `${folder}/src`), 'apps/refward/build.mjs']
  return `${installKey(root)}-${treeKey(root, sources, (path) => !path.endsWith('.test.ts'))}`
}

/**
 * @param {string} root
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 */
async function build(root, toolchain) {
  const env = jobEnvironment(process.env, toolchain)
  const { ok, output } = await runCaptured({ command: toolchain.pnpm, argv: ['--filter', 'refward', 'run', 'build'], cwd: root, env })
  if (!ok) throw problemFromOutput('building the gateway', output)
}
