import { describe, expect, it } from 'vitest'
import { parseTestArguments } from './arguments.ts'
import { addCounts, failWhatWasSkipped, renderCounts } from './counts.ts'
import { runCommand } from './run-command.ts'
import { parseVitestReport } from './vitest-report.ts'

function report(...files: readonly { status?: string; tests?: readonly string[] }[]): string {
  return JSON.stringify({
    testResults: files.map(({ status = 'passed', tests = [] }) => ({
      status,
      assertionResults: tests.map((test, index) => ({ status: test, fullName: `test ${index}` })),
    })),
  })
}

describe('parseVitestReport', () => {
  it.each([
    { name: 'all passed', text: report({ tests: ['passed', 'passed'] }), code: 0, counts: { passed: 2, failed: 0, skipped: 0 } },
    { name: 'one failed', text: report({ status: 'failed', tests: ['passed', 'failed'] }), code: 1, counts: { passed: 1, failed: 1, skipped: 0 } },
    { name: 'some skipped', text: report({ tests: ['passed', 'skipped', 'todo', 'pending'] }), code: 0, counts: { passed: 1, failed: 0, skipped: 3 } },
    { name: 'a status nobody knows is a failure', text: report({ tests: ['exploded'] }), code: 0, counts: { passed: 0, failed: 1, skipped: 0 } },
    { name: 'a file that does not load', text: report({ status: 'failed' }), code: 1, counts: { passed: 0, failed: 1, skipped: 0 } },
    { name: 'a hook that fails beside passing tests', text: report({ status: 'failed', tests: ['passed'] }), code: 1, counts: { passed: 1, failed: 1, skipped: 0 } },
    { name: 'an error outside of any test', text: report({ tests: ['passed'] }), code: 1, counts: { passed: 1, failed: 1, skipped: 0 } },
    { name: 'no report', text: undefined, code: 0, counts: { passed: 0, failed: 1, skipped: 0 } },
    { name: 'a report with nothing in it', text: '{}', code: 0, counts: { passed: 0, failed: 0, skipped: 0 } },
  ])('$name', ({ text, code, counts }) => {
    expect(parseVitestReport(text, code).counts).toEqual(counts)
  })

  it('names what was skipped', () => {
    expect(parseVitestReport(report({ tests: ['passed', 'skipped'] }), 0).skipped).toEqual(['test 1'])
  })
})

describe('the closing line', () => {
  it('adds up all steps', () => {
    const counts = addCounts([
      { passed: 1, failed: 0, skipped: 2 },
      { passed: 10, failed: 3, skipped: 0 },
    ])
    expect(renderCounts(counts)).toBe('11 passed, 3 failed, 2 skipped')
    expect(renderCounts(failWhatWasSkipped(counts))).toBe('11 passed, 5 failed, 0 skipped')
  })
})

describe('parseTestArguments', () => {
  const names = ['lint', 'unit', 'demo']
  it.each([
    { argv: [], expected: { only: undefined, paths: [] } },
    { argv: ['--only', 'unit'], expected: { only: ['unit'], paths: [] } },
    { argv: ['--only=lint,unit', 'packages/x'], expected: { only: ['lint', 'unit'], paths: ['packages/x'] } },
    { argv: ['packages/x', 'packages/y'], expected: { only: undefined, paths: ['packages/x', 'packages/y'] } },
  ])('$argv', ({ argv, expected }) => {
    expect(parseTestArguments(argv, names)).toEqual(expected)
  })

  it.each([[['--only']], [['--only', 'nonsense']], [['--only', 'unit,']], [['--watch']]])('refuses %j', (argv) => {
    expect(() => parseTestArguments(argv, names)).toThrow(/there is no step|unknown option/)
  })
})

describe('runCommand', () => {
  const node = (script: string): { command: string; argv: readonly string[] } => ({ command: process.execPath, argv: ['-e', script] })

  it.each([0, 1, 42])('answers with exit code %i', async (code) => {
    expect(await runCommand({ ...node(`process.exit(${code})`), minutes: 1 })).toBe(code)
  })

  it('takes a death by signal for a failure', async () => {
    expect(await runCommand({ ...node("process.kill(process.pid, 'SIGKILL')"), minutes: 1 })).toBe(1)
  })

  it('ends what takes too long, with its children', async () => {
    const script = "require('node:child_process').spawn('sleep', ['60'], { stdio: 'inherit' }); setInterval(() => {}, 1000)"
    const started = performance.now()
    expect(await runCommand({ ...node(script), minutes: 0.01 })).toBe(1)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
