import { createHash } from 'node:crypto'
import { createServer, connect } from 'node:net'

/**
 * Runs an action while no other process on this machine runs one of the same name. The lock is a socket in Linux's abstract namespace:
 * the kernel lets go of it whenever its holder ends, however that comes about, so no stale lock can stop anyone.
 * Elsewhere there is no such thing, and two set-ups at once are the person's own affair.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(name, action) {
  if (process.platform !== 'linux') return action()
  const address = `\0refward-${process.getuid?.() ?? 0}-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
  const release = await acquire(address)
  try {
    return await action()
  } finally {
    release()
  }
}

/**
 * @param {string} address
 * @returns {Promise<() => void>}
 */
async function acquire(address) {
  for (let told = false; ; told = true) {
    const release = await tryListen(address)
    if (release !== undefined) return release
    if (!told) process.stderr.write('refward: waiting for another run that does the same\n')
    await untilClosed(address)
  }
}

/**
 * @param {string} address
 * @returns {Promise<(() => void) | undefined>} undefined when somebody else holds it
 */
function tryListen(address) {
  return new Promise((resolve, reject) => {
    /** @type {Set<import('node:net').Socket>} */
    const waiting = new Set()
    const server = createServer((socket) => {
      waiting.add(socket.on('error', () => socket.destroy()))
    })
    const release = () => {
      server.close()
      for (const socket of waiting) socket.destroy()
    }
    server.unref()
    server.on('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(address, () => resolve(release))
  })
}

/**
 * @param {string} address
 * @returns {Promise<void>} when the holder has let go, or has never been there
 */
function untilClosed(address) {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
}
