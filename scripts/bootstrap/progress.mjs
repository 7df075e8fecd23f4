/**
 * Runs one step of the set-up and tells about it on stderr, so that stdout stays the job's own.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function step(name, action) {
  const started = performance.now()
  process.stderr.write(`refward: ${name} ... `)
  try {
    const result = await action()
    process.stderr.write(`${renderDuration(performance.now() - started)}\n`)
    return result
  } catch (error) {
    process.stderr.write(`failed after ${renderDuration(performance.now() - started)}\n`)
    throw error
  }
}

/**
 * @param {number} milliseconds
 * @returns {string} `0.4 s`, `3 min 45 s`
 */
export function renderDuration(milliseconds) {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}
