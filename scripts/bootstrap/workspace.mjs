import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const groups = ['packages', 'apps', 'testing']
const single = ['e2e', 'bench']

/**
 * The folders of the workspace's packages, as pnpm-workspace.yaml lists them (a test compares the two).
 * @param {string} root
 * @returns {readonly string[]} relative to root, sorted
 */
export function packageFolders(root) {
  const nested = groups.filter((group) => existsSync(join(root, group))).flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  return [...single, ...nested].filter((folder) => existsSync(join(root, folder, 'package.json'))).sort()
}
