import { describe, expect, it } from 'vitest'
import { type ProgramOptions, runProgram } from './run-program.ts'

const options: ProgramOptions = { environment: { PATH: '/usr/bin:/bin' }, timeoutMs: 10_000, stdoutBytes: 100_000, stderrBytes: 1000 }

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield new Uint8Array(size).fill(97)
}

describe('runProgram', () => {
  it('gives the program its input and arguments as they are, and no environment but what is named', async () => {
    const { code, stdout } = await runProgram('sh', ['-c', 'wc -c; printf %s "$1"; env | grep -c .; exit 3', 'sh', '$(id) `id`'], { ...options, stdin: chunks(50, 10_000) })
    const [count, rest] = Buffer.from(stdout).toString().split('\n')
    expect(Number(count)).toBe(500_000)
    expect(rest).toMatch(/^\$\(id\) `id`\d$/)
    expect(code).toBe(3)
  })

  it('does not mind a program that reads none of a large input', async () => {
    expect(await runProgram('true', [], { ...options, stdin: chunks(200, 100_000) })).toMatchObject({ code: 0 })
  })

  it.each([
    { name: 'it is missing', args: ['no-such-program-of-refward', []], more: {}, fault: { code: 'ENOENT' } },
    { name: 'it takes too long', args: ['sleep', ['60']], more: { timeoutMs: 50 }, fault: { message: 'it took too long' } },
    { name: 'it writes without end', args: ['yes', []], more: { stdoutBytes: 1000 }, fault: { message: 'it wrote more than it may' } },
    { name: 'it kills itself', args: ['sh', ['-c', 'kill -TERM $$']], more: {}, fault: { message: 'it was ended by SIGTERM' } },
  ] as const)('fails when $name', async ({ args: [program, list], more, fault }) => {
    await expect(runProgram(program, list, { ...options, ...more })).rejects.toMatchObject(fault)
  })

  it('fails with the error of its input, and ends the program', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10)
      throw new TypeError('the input broke')
    }
    await expect(runProgram('cat', [], { ...options, stdin: broken() })).rejects.toThrow('the input broke')
  })

  it('ends at once when it is aborted', async () => {
    const controller = new AbortController()
    const run = runProgram('sleep', ['60'], { ...options, signal: controller.signal })
    controller.abort()
    await expect(run).rejects.toThrow('it was aborted')
  })
})
