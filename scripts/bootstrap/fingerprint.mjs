import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A key for the content of some files. A file that is not there counts as such.
 * @param {string} root
 * @param {readonly string[]} paths relative to root
 * @returns {string}
 */
export function contentKey(root, paths) {
  const hash = createHash('sha256')
  for (const path of [...paths].sort()) hash.update(`${path}\0${readIfPresent(join(root, path)) ?? '\0absent'}\0`)
  return hash.digest('hex')
}

/**
 * A key for the size and time of every file beneath some folders; far cheaper than reading them, and it errs to the side of building.
 * @param {string} root
 * @param {readonly string[]} paths files or folders relative to root
 * @param {(path: string) => boolean} counts whether a file matters
 * @returns {string}
 */
export function treeKey(root, paths, counts) {
  const hash = createHash('sha256')
  const visit = (/** @type {string} */ path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false })
    if (stats === undefined) hash.update(`${path}\0absent\0`)
    else if (stats.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`)
    else if (counts(path)) hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\0`)
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}

/**
 * Whether a step that ended well left this key behind.
 * @param {string} stamp
 * @param {string} key
 */
export function hasStamp(stamp, key) {
  return readIfPresent(stamp) === key
}

/**
 * @param {string} stamp
 * @param {string} key
 */
export function writeStamp(stamp, key) {
  writeFileSync(`${stamp}.new`, key)
  renameSync(`${stamp}.new`, stamp)
}

/**
 * @param {string} path
 * @returns {string | undefined}
 */
function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}
