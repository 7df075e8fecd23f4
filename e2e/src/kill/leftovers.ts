import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findSecrets } from '../world/planted.ts'

/** Files below a directory that hold the secret in any form. Names count as content. */
export async function filesWith(directory: string, secret: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true })
  const found = await Promise.all(names.map(async (name) => (findSecrets(name, [secret]).length > 0 || (await holds(join(directory, name), secret)) ? [name] : [])))
  return found.flat()
}

async function holds(path: string, secret: string): Promise<boolean> {
  const kind = await stat(path).catch(() => undefined)
  if (kind?.isFile() !== true) return false
  return findSecrets(await readFile(path).catch(() => Buffer.alloc(0)), [secret]).length > 0
}

/** A process of this machine, as others can see it. */
interface SeenProcess {
  readonly pid: number
  readonly commandLine: string
  readonly environment: Buffer
}

async function readProcesses(): Promise<readonly SeenProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  return Promise.all(
    pids.map(async (pid) => {
      const read = (name: string): Promise<Buffer> => readFile(`/proc/${pid}/${name}`).catch(() => Buffer.alloc(0))
      const [commandLine, environment] = await Promise.all([read('cmdline'), read('environ')])
      return { pid, environment, commandLine: commandLine.toString('latin1').replaceAll('\0', ' ') }
    }),
  )
}

/** Processes whose arguments or environment hold the secret in any form. */
export async function processesWith(secret: string): Promise<readonly string[]> {
  const processes = await readProcesses()
  return processes.filter(({ commandLine, environment }) => findSecrets(Buffer.concat([Buffer.from(commandLine), environment]), [secret]).length > 0).map(({ commandLine }) => commandLine)
}

/** Processes that work below a directory, by what their arguments or environment say. */
export async function processesOf(directory: string): Promise<readonly string[]> {
  const processes = await readProcesses()
  return processes.filter(({ commandLine, environment }) => commandLine.includes(directory) || environment.includes(directory)).map(({ commandLine }) => commandLine)
}
