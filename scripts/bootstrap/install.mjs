import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requireDiskSpace } from './disk.mjs'
import { contentKey, hasStamp, writeStamp } from './fingerprint.mjs'
import { packageManagerEnvironment } from './home.mjs'
import { withLock } from './lock.mjs'
import { problemFromOutput } from './problem.mjs'
import { step } from './progress.mjs'
import { jobEnvironment, runCaptured } from './run.mjs'
import { packageFolders } from './workspace.mjs'

/**
 * Installs the dependencies exactly as locked, unless that has been done for these very manifests.
 * @param {string} root
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @returns {Promise<void>}
 */
export async function ensureInstalled(root, toolchain) {
  // Inside node_modules, so that whoever removes that removes the claim with it.
  const stamp = join(root, 'node_modules', '.refward-installed')
  const key = installKey(root)
  if (hasStamp(stamp, key)) return

  await withLock(`${root} install`, async () => {
    if (hasStamp(stamp, key)) return
    if (!existsSync(join(root, 'node_modules'))) requireDiskSpace(root)
    await step('dependencies', () => install(root, toolchain))
    writeStamp(stamp, key)
  })
}

/** @param {string} root */
export function installKey(root) {
  const manifests = ['.', ...packageFolders(root)].map((folder) => join(folder, 'package.json'))
  return contentKey(root, ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests])
}

/**
 * @param {string} root
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 */
async function install(root, toolchain) {
  const env = jobEnvironment(packageManagerEnvironment(process.env, join(root, '.toolchain')), toolchain)
  const argv = ['install', '--frozen-lockfile', '--reporter=append-only']
  const { ok, output } = await runCaptured({ command: toolchain.pnpm, argv, cwd: root, env })
  if (!ok) throw problemFromOutput('installing the dependencies', output)
}
