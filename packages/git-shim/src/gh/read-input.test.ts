import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { InputReader } from './read-input.ts'

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'refward-input-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

describe('a text that a command names', () => {
  it('is read as it is', async () => {
    const file = join(makeDirectory(), 'a b')
    writeFileSync(file, 'größe\n\u0007\n')
    expect(await new InputReader().read(file)).toBe('größe\n\u0007\n')
  })

  it('may come out of a pipe', async () => {
    const pipe = join(makeDirectory(), 'pipe')
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    const read = new InputReader().read(pipe)
    // Whoever opens a pipe waits for the other side.
    spawn('sh', ['-c', 'printf text >"$0"', pipe])
    expect(await read).toBe('text')
  })

  it.each([
    { name: 'a file that is not there', make: (directory: string) => join(directory, 'gone'), says: /ENOENT/ },
    { name: 'a directory', make: (directory: string) => directory, says: /EISDIR/ },
    { name: 'an endless file', make: () => '/dev/zero', says: /larger than 1 MiB/ },
    {
      name: 'bytes that are no text',
      make: (directory: string) => {
        writeFileSync(join(directory, 'bytes'), Buffer.from([0xff, 0xfe]))
        return join(directory, 'bytes')
      },
      says: /not valid/,
    },
  ])('is refused when it is $name', async ({ make, says }) => {
    await expect(new InputReader().read(make(makeDirectory()))).rejects.toThrow(expect.objectContaining({ code: 'RW_SHIM_FILE', message: expect.stringMatching(says) as unknown }))
  })
})
