import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Real git, told nothing by the machine that it runs on.
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
  GIT_COMMITTER_DATE: '1700000000 +0000',
}

export interface GitOptions {
  readonly input?: Uint8Array
  readonly environment?: Readonly<Record<string, string>>
}

export interface GitResult {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs git to its end while others go on. */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const child = spawn('git', args, { env: { ...ENVIRONMENT, ...options.environment }, stdio: ['pipe', 'pipe', 'pipe'] })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => undefined) // git may end before it has read everything; its exit code tells
  child.stdin.end(options.input)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', reject)
  child.once('close', (code) => resolve(code ?? -1))
  return { code: await promise, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

/** Runs git and gives its output without the last LF; fails the test when git fails. */
export async function gitOutput(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await git(args)
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout.toString().trimEnd()
}

/** For every name, whether `git check-ref-format` takes it. */
export function gitChecksRefFormat(names: readonly string[]): readonly boolean[] {
  const script = 'for name; do if git check-ref-format "$name"; then echo 1; else echo 0; fi; done'
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', ...names], { env: ENVIRONMENT, encoding: 'utf8' })
  return stdout.trim().split('\n').map((answer) => answer === '1')
}

/** A directory that is gone when the test is. */
export function temporaryDirectory(onFinished: (remove: () => void) => void): string {
  const directory = mkdtempSync(join(tmpdir(), 'git-wire-'))
  onFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A bare repository with two branches, an annotated tag and a history of five commits. */
export async function createRepository(directory: string): Promise<string> {
  const work = join(directory, 'work')
  const bare = join(directory, 'repository.git')
  await gitOutput('init', '--quiet', '--initial-branch=main', work)
  for (const message of ['one', 'two', 'three', 'four', 'five']) {
    await gitOutput('-C', work, 'commit', '--quiet', '--allow-empty', '--message', message)
  }
  await gitOutput('-C', work, 'tag', '--annotate', '--message', 'first', 'v1', 'HEAD~2')
  await gitOutput('-C', work, 'branch', 'topic', 'HEAD~1')
  await gitOutput('clone', '--quiet', '--bare', work, bare)
  await gitOutput('-C', bare, 'config', 'uploadpack.allowFilter', 'true')
  await gitOutput('-C', bare, 'config', 'http.receivepack', 'true')
  return bare
}
