import { statfsSync } from 'node:fs'
import { Problem } from './problem.mjs'

/** Node.js, pnpm and the dependencies, unpacked, with something to spare. */
const neededMegabytes = 700

/**
 * Refuses to begin what would end in the middle of a file. Package managers tell of a full disk in many ways, and one of them not at all.
 * @param {string} folder
 */
export function requireDiskSpace(folder) {
  const { bavail, bsize } = statfsSync(folder)
  const problem = diskProblem((bavail * bsize) / 1_000_000)
  if (problem !== undefined) throw problem
}

/**
 * @param {number} freeMegabytes
 * @returns {Problem | undefined}
 */
export function diskProblem(freeMegabytes) {
  if (freeMegabytes >= neededMegabytes) return undefined
  return new Problem(
    `there are ${Math.floor(freeMegabytes)} MB left on the disk of this folder, and the set-up needs ${neededMegabytes}`,
    'free some space there, then run the same command again',
  )
}
