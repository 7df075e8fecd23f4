import { spawn } from 'node:child_process'
import { devNull } from 'node:os'
import type { Writable } from 'node:stream'

/** What `git` is given: a directory, standard input and more environment; everything else is fixed. */
export interface GitOptions {
  readonly cwd?: string
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  readonly env?: Readonly<Record<string, string>>
}

export interface GitResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * The environment of every git process of a test: nothing of the developer's machine but PATH,
 * and a fixed identity and date, so that the same steps always give the same object ids.
 */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: devNull,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada Fixture',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '1700000000 +0000',
    GIT_COMMITTER_NAME: 'Ada Fixture',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: '1700000000 +0000',
  }
}

/** Runs git to its end and returns what it said, whatever its exit status. */
export function tryGit(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: options.cwd,
      env: { ...gitEnvironment(), ...options.env },
      stdio: 'pipe',
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
      resolve({ status: code ?? (signal === null ? 1 : 128), stdout: text(stdout), stderr: text(stderr) })
    })
    // A child that ends early (a refused push, a bad stream) closes its input; its exit status tells the story.
    child.stdin.on('error', () => undefined)
    feed(child.stdin, options.input).catch((error: unknown) => {
      child.kill()
      reject(error instanceof Error ? error : new Error(String(error)))
    })
  })
}

/** Runs git and returns its output without the final newline; any status but 0 is an error that shows what git said. */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await tryGit(args, options)
  if (result.status !== 0) {
    throw new Error(`git ${args.join(' ')} ended with ${String(result.status)}: ${result.stderr || result.stdout}`)
  }
  return result.stdout.replace(/\n$/, '')
}

async function feed(stdin: Writable, input: GitOptions['input']): Promise<void> {
  if (input === undefined || typeof input === 'string' || input instanceof Uint8Array) {
    stdin.end(input ?? '')
    return
  }
  for await (const chunk of input) {
    if (stdin.writable && !stdin.write(chunk)) await drained(stdin)
  }
  stdin.end()
}

function drained(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off('drain', done).off('close', done)
      resolve()
    }
    stdin.on('drain', done).on('close', done)
  })
}
