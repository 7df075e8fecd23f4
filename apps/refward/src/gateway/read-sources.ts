import { open } from 'node:fs/promises'
import { resolve } from 'node:path'

import { ProgramFailure, runProgram } from '@refward/git-engine'
import type { SourceReaders } from '@refward/key-provision'

import type { World } from '../cli/world.ts'

const commandMilliseconds = 30_000
const errorBytes = 64 * 1024

/** The operator's own places for credentials. Files are relative to the configuration. */
export function createSourceReaders({ environment }: World, configDirectory: string): SourceReaders {
  return {
    readEnvironment: (variable) => environment[variable],
    readFile: (path, limit) => readBeginning(resolve(configDirectory, path), limit),
    runCommand: async ([program, ...args], limit) => {
      try {
        // A password manager needs the operator's session (HOME, agents' sockets). It is the operator's program, not an agent's.
        const end = await runProgram(program, args, { environment: definedOnly(environment), timeoutMs: commandMilliseconds, stdoutBytes: limit, stderrBytes: errorBytes })
        return end.code === 0 ? { kind: 'ok', output: end.stdout } : { kind: 'failed', reason: `it ended with status ${end.code}` }
      } catch (error) {
        if (!(error instanceof ProgramFailure)) throw error
        return { kind: 'failed', reason: error.code === 'ENOENT' ? 'there is no such program' : error.message }
      }
    },
  }
}

async function readBeginning(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(limit), 0, limit, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function definedOnly(environment: World['environment']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
