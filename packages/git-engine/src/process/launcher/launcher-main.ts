import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { LaunchNews, LaunchOrder } from './launcher-protocol.ts'

// The program of a launcher: a small process that starts git for the gateway and tells how it ended. It gets no credential, reads
// nothing of any child's input or output, and ends with the gateway, however that ends, and its children with it.

const running = new Map<number, ChildProcess>()

process.on('message', (order: LaunchOrder) => {
  if (order.kind === 'launch') launch(order)
  else killGroup(running.get(order.id))
})

process.on('disconnect', () => {
  for (const child of running.values()) killGroup(child)
  process.exit(0)
})

function launch({ id, program, args, env, stdin, stdout, errorBytes }: Extract<LaunchOrder, { kind: 'launch' }>): void {
  // A session and group of its own: upload-pack and repack start children of theirs, which are killed with it.
  const child = spawn(program, args, { cwd: '/', env, detached: true, stdio: [stdin, stdout, 'pipe'] })
  // The other ends must see the child's end, not wait for this process.
  closeSync(stdin)
  closeSync(stdout)
  running.set(id, child)
  const errors = keepErrors(child, errorBytes)
  child.on('exit', () => killGroup(child))
  child.on('error', () => tell({ kind: 'ended', id, code: null, signal: null, stderr: '', flooded: false }))
  child.on('close', (code, signal) => {
    running.delete(id)
    if (child.pid !== undefined) tell({ kind: 'ended', id, code, signal, ...errors() })
  })
  if (child.pid !== undefined) tell({ kind: 'started', id, pid: child.pid })
}

function keepErrors(child: ChildProcess, limit: number): () => { readonly stderr: string; readonly flooded: boolean } {
  const pieces: Buffer[] = []
  let bytes = 0
  child.stderr?.on('data', (piece: Buffer) => {
    if (bytes > limit) return
    bytes += piece.length
    pieces.push(piece)
    if (bytes > limit) killGroup(child)
  })
  return () => ({ stderr: Buffer.concat(pieces).subarray(0, limit).toString('utf8'), flooded: bytes > limit })
}

function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: the group is gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function tell(news: LaunchNews): void {
  // The gateway may be gone; then `disconnect` ends this process.
  if (process.connected) process.send?.(news, undefined, undefined, () => undefined)
}
