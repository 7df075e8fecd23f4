import { spawn } from 'node:child_process'
import { once } from 'node:events'

const MOST_BYTES = 4 * 1024 * 1024

/** Object ids of names and revisions, by git in this work tree; what it does not know is left out. */
export async function resolveNames(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  // git puts its own directory first on the PATH of a helper, so that this is the git that called.
  const child = spawn('git', ['cat-file', '--batch-check=%(objectname)'], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => undefined) // an early end shows in what it has not answered
  child.stdin.end(names.map((name) => `${name}\n`).join(''))
  const [text] = await Promise.all([collect(child.stdout), once(child, 'close')])
  const ids = text.split('\n')
  return new Map(names.flatMap((name, index) => (/^[0-9a-f]{40}$/.test(ids[index] ?? '') ? [[name, ids[index] ?? ''] as const] : [])))
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes <= MOST_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
