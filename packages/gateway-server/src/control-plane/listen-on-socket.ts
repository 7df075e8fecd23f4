import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { RefwardError } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'

/**
 * Listens on a Unix socket that only its owner may open.
 *
 * The mode is set by the umask while the socket is made, not by a chmod afterwards: between the two anybody could connect. The directory is
 * 0700 besides. A socket file that nobody listens on was left by a crash and is replaced; a live one means a second gateway.
 *
 * @throws RefwardError RW_DATA_IN_USE
 */
export async function listenOnSocket(app: FastifyInstance, path: string): Promise<void> {
  if (await isAnswering(path)) throw new RefwardError('RW_DATA_IN_USE', { directory: dirname(path) })
  await rm(path, { force: true })
  const before = process.umask(0o177)
  try {
    await app.listen({ path })
  } finally {
    process.umask(before)
  }
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
