import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** How the program is started: from its sources, or as it is shipped (`pnpm build` makes that). */
export type Program = 'source' | 'dist'

const SOURCE = ['--conditions=refward-source', fileURLToPath(new URL('../../../apps/refward/src/main.ts', import.meta.url))]
const DIST = [fileURLToPath(new URL('../../../apps/refward/dist/main.js', import.meta.url))]

/** Arguments for `node`. `REFWARD_TEST_PROGRAM=dist` runs everything against what is shipped. */
export function programArguments(program: Program = process.env['REFWARD_TEST_PROGRAM'] === 'dist' ? 'dist' : 'source'): readonly string[] {
  return program === 'dist' ? DIST : SOURCE
}

export interface ProcessOptions {
  readonly config: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly program: Program | undefined
}

/** One life of the gateway, from its start to its end. */
export interface GatewayProcess {
  readonly pid: number
  /** Where agents reach it, as its log says. */
  readonly origin: string
  /** Everything that it wrote, on both outputs. */
  output(): string
  /** SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM. Resolves with the exit status. */
  stop(): Promise<number | null>
}

/** Starts `refward up` and waits until it says that it has started. */
export async function startProcess({ config, cwd, env, program }: ProcessOptions): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [...programArguments(program), 'up', '--config', config], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const written: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text))
  const exited = once(child, 'exit')
  const origin = await readOrigin(child, written)
  return {
    pid: child.pid ?? 0,
    origin,
    output: () => written.join(''),
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      return code
    },
  }
}

async function readOrigin(child: ChildProcess, written: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  if (child.stdout === null) throw new Error('the gateway has no output')
  createInterface({ input: child.stdout }).on('line', (line) => {
    written.push(`${line}\n`)
    const [, origin] = /"origin":"([^"]+)".*"gateway started"/.exec(line) ?? []
    if (origin !== undefined) resolve(origin)
  })
  child.once('exit', (code) => reject(new Error(`the gateway ended with ${code} before it had started:\n${written.join('')}`)))
  return promise
}
