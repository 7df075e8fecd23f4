/** A fault with a remedy: what happened, and what the person at the keyboard can do about it. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {string} remedy
   * @param {string} [detail] output of the failed command, shown above the message
   */
  constructor(message, remedy, detail = '') {
    super(message)
    this.name = 'Problem'
    this.remedy = remedy
    this.detail = detail
  }
}

/** @type {ReadonlyArray<{ pattern: RegExp, message: string, remedy: string }>} */
const knownCauses = [
  {
    pattern: /ENOSPC|no space left on device/i,
    message: 'the disk is full',
    remedy: 'free about 1 GB on the disk of this folder, then run the same command again',
  },
  {
    pattern: /EROFS|EACCES|EPERM|read-only file system|permission denied/i,
    message: 'this folder cannot be written',
    remedy: 'run in a clone that belongs to you, or give yourself write access to it',
  },
  {
    pattern: /OUTDATED_LOCKFILE|frozen-lockfile/i,
    message: 'pnpm-lock.yaml does not match the package.json files',
    remedy: 'run `.toolchain/bin/pnpm install` and commit pnpm-lock.yaml',
  },
  {
    pattern: /IGNORED_BUILDS/i,
    message: 'a dependency wants to run an install script that nobody has decided on',
    remedy: 'read the script, then list the package under allowBuilds in pnpm-workspace.yaml as true or false',
  },
  {
    pattern: /EINTEGRITY|integrity|checksum/i,
    message: 'a downloaded package is not the one that the lock file names',
    remedy: 'check the registry that you use (`npm config get registry`); do not go on with it',
  },
  {
    pattern: /E404|ETARGET|ENOVERSIONS|FETCH_404|NO_MATCHING_VERSION/,
    message: 'the package registry does not serve a package that Refward needs',
    remedy: 'use a complete registry: `npm config set registry <address>`, then run the same command again',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|META_FETCH_FAIL|ERR_SOCKET|CERT|error sending request|tunneling socket/i,
    message: 'the package registry cannot be reached',
    remedy: 'check the network, the proxy and `npm config get registry`, then run the same command again',
  },
]

/**
 * Turns what a failed command printed into a cause that a person knows how to mend.
 * @param {string} step what was being done
 * @param {string} output
 * @returns {Problem}
 */
export function problemFromOutput(step, output) {
  const detail = lastLines(output, 15)
  const text = output.replaceAll(/\s+/g, ' ') // pnpm wraps its lines in the middle of a sentence
  const cause = knownCauses.find(({ pattern }) => pattern.test(text))
  return cause === undefined
    ? new Problem(`${step} failed`, 'the lines above say why; the set-up goes on where it stopped when run again', detail)
    : new Problem(`${step} failed: ${cause.message}`, cause.remedy, detail)
}

/**
 * Prints an error and its remedy to stderr.
 * @param {unknown} error
 */
export function printProblem(error) {
  const problem = asProblem(error)
  if (problem.detail !== '') process.stderr.write(`${problem.detail}\n`)
  process.stderr.write(`refward: ${problem.message}\nrefward: ${problem.remedy}\n`)
}

/**
 * @param {unknown} error
 * @returns {Problem}
 */
function asProblem(error) {
  if (error instanceof Problem) return error
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return problemFromOutput('the set-up', text)
}

/**
 * @param {string} text
 * @param {number} count
 * @returns {string}
 */
function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
