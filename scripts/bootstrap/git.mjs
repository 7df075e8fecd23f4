import { spawnSync } from 'node:child_process'
import { Problem } from './problem.mjs'

const oldest = { major: 2, minor: 39 }

/** Refuses to start without a git that Refward's guarantees were tested on. */
export function requireGit() {
  const result = spawnSync('git', ['--version'], { encoding: 'utf8' })
  const problem = gitProblem(result.error === undefined ? result.stdout : '')
  if (problem !== undefined) throw problem
}

/**
 * @param {string} output of `git --version`, empty when there is no git
 * @returns {Problem | undefined}
 */
export function gitProblem(output) {
  const remedy = `install git ${oldest.major}.${oldest.minor} or newer (Debian and Ubuntu: apt-get install git; macOS: brew install git)`
  if (output === '') return new Problem('git was not found', remedy)
  const version = /^git version (\d+)\.(\d+)/.exec(output)
  if (version === null) return new Problem(`git answered with an unknown version: ${JSON.stringify(output.trim())}`, remedy)
  const [major, minor] = [Number(version[1]), Number(version[2])]
  const fits = major > oldest.major || (major === oldest.major && minor >= oldest.minor)
  return fits ? undefined : new Problem(`git ${major}.${minor} is too old`, remedy)
}
