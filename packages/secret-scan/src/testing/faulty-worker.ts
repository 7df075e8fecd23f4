// The entry of a worker that does what the scanned text says, as a worker with a defect would do by itself.
import { parentPort } from 'node:worker_threads'
import type { ScanAnswer, ScanRequest } from '../workers/protocol.ts'

parentPort?.on('message', ({ buffer, parts }: ScanRequest) => {
  const text = Buffer.from(buffer, 0, parts.at(-1)?.end ?? 0).toString('latin1')
  if (text.includes('hang')) for (;;);
  if (text.includes('throw')) throw new TypeError(`cannot read ${text}`)
  if (text.includes('exit')) process.exit(0)
  if (text.includes('memory')) for (const hoard: string[][] = []; ;) hoard.push(Array.from({ length: 100_000 }, String))
  if (text.includes('later')) setTimeout(() => process.exit(0), 20)
  const answer: ScanAnswer = { buffer, extents: parts.map(() => ({ lines: 0, column: 0 })), matches: [], isCut: false }
  parentPort?.postMessage(answer, [buffer])
})
