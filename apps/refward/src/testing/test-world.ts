import { randomBytes } from 'node:crypto'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { ExitCode } from '../cli/exit-code.ts'
import { runCli } from '../cli/run-cli.ts'
import type { World } from '../cli/world.ts'

/** What one command said and how it ended. */
export interface Ran {
  readonly exit: ExitCode
  readonly out: string
  readonly err: string
  /** The document that `--json` printed. */
  readonly json: () => unknown
}

/** An operator's shell in a directory of its own. */
export interface Shell {
  readonly directory: string
  readonly time: { now: number }
  readonly run: (...argv: readonly string[]) => Promise<Ran>
  /** As {@link Shell.run}, with parts of the world replaced. */
  readonly runIn: (world: Partial<World>, ...argv: readonly string[]) => Promise<Ran>
  readonly write: (name: string, text: string) => void
  readonly read: (name: string) => string
}

export function makeShell(environment: Readonly<Record<string, string>> = {}): Shell {
  const directory = mkdtempSync(join(tmpdir(), 'refward-cli-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const time = { now: Date.parse('2026-11-23T10:00:00.000Z') }
  const logFile = openSync(join(directory, 'gateway.log'), 'a', 0o600)

  const runIn: Shell['runIn'] = async (replaced, ...argv) => {
    let [out, err] = ['', '']
    const world: World = {
      environment: { PATH: process.env['PATH'], HOME: directory, ...environment },
      directory,
      out: (text) => (out += text),
      err: (text) => (err += text),
      logFile,
      ask: undefined,
      clock: () => time.now,
      randomBytes,
      signal: new AbortController().signal,
      ...replaced,
    }
    const exit = await runCli(argv, world)
    return { exit, out, err, json: () => JSON.parse(out) as unknown }
  }

  return {
    directory,
    time,
    runIn,
    run: (...argv) => runIn({}, ...argv),
    write: (name, text) => writeFileSync(join(directory, name), text),
    read: (name) => readFileSync(join(directory, name), 'utf8'),
  }
}

/** A configuration for one repository of one forge. */
export function renderConfig(parts: { readonly url?: string; readonly more?: string } = {}): string {
  const { url = 'https://git.example.org', more = '' } = parts
  return `version: 1
listen: 127.0.0.1:0
forges:
  gitea:
    kind: gitea
    url: ${url}
    credential: { env: FORGE_TOKEN }
repositories:
  gitea/acme/widget:
    read: ["*"]
    push: ["*"]
${more}`
}
