import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ended, type RunOptions, runProgram } from '../../shim/world/run-program.ts'
import type { Sandbox } from './sandbox.ts'

/** The gh of a sandbox, as a shell would call it: by the front that an image gets, with nothing but what the operator was given. */
export class SandboxGh {
  readonly sandbox: Sandbox
  readonly #front: string
  readonly #directory: string

  /** @param directory where it is called */
  constructor(front: string, sandbox: Sandbox, directory: string) {
    this.#front = front
    this.sandbox = sandbox
    this.#directory = directory
  }

  async gh(argv: readonly string[], options: Omit<RunOptions, 'cwd'> = {}): Promise<Ended> {
    const env = { HOME: this.sandbox.home, GIT_CONFIG_GLOBAL: join(this.sandbox.home, '.gitconfig'), ...options.env }
    const { stdout, stderr, ...ended } = await runProgram(this.#front, argv, { ...options, cwd: this.#directory, env })
    const seen = { ...ended, stdout: decode(stdout), stderr: decode(stderr) }
    this.sandbox.screen.push(seen.stdout, seen.stderr)
    return seen
  }

  token(): Promise<string> {
    return readFile(join(this.sandbox.home, '.config/refward/token'), 'utf8').then((text) => text.trim())
  }
}

function decode(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}
