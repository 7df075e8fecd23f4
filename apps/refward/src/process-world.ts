import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { writeSync } from 'node:fs'

import type { World } from './cli/world.ts'

/** The world of this process. */
export function createProcessWorld(): World {
  let stop: AbortSignal | undefined
  return {
    environment: process.env,
    directory: process.cwd(),
    // Synchronous: a report must not be cut when the process ends behind it.
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    logFile: 1,
    ask: process.stdin.isTTY && process.stdout.isTTY ? askTerminal : undefined,
    clock: Date.now,
    randomBytes,
    // Made when a command first asks: one that does not heed it is ended by Ctrl-C as any program is.
    get signal() {
      stop ??= abortOnStopSignals()
      return stop
    },
  }
}

async function askTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

/** The first signal asks for an orderly end. A second one of the same kind has its usual effect: the operator does not want to wait. */
function abortOnStopSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.byteLength) written += writeSome(file, bytes.subarray(written))
}

/** A pipe of a slow reader may be full, and one whose reader has left (`| head`) is no one's to write to. */
function writeSome(file: number, bytes: Uint8Array): number {
  try {
    return writeSync(file, bytes)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EAGAIN') return 0
    if (code === 'EPIPE') return bytes.byteLength
    throw error
  }
}
