import { chown, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerCertificate } from '@refward/testing-http-upstream'
import type { Account } from './account.ts'

/** The folder of one server, which goes with it. */
export interface GiteaFolder {
  readonly path: string
  readonly program: string
  readonly data: string
  readonly config: string
  writeConfig(text: string): Promise<void>
  writeCertificate(certificate: ServerCertificate): Promise<{ readonly cert: string; readonly key: string }>
  remove(): Promise<void>
}

export async function createGiteaFolder(built: string, account: Account): Promise<GiteaFolder> {
  const path = await mkdtemp(join(tmpdir(), 'refward-gitea-'))
  await chmod(path, 0o755)
  const data = join(path, 'data')
  await mkdir(data)
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(path, name)
    await writeFile(file, text, { mode: 0o600 })
    await giveTo(account, file)
    return file
  }
  await giveTo(account, data)
  return {
    path,
    data,
    config: join(path, 'app.ini'),
    program: account.ids === undefined ? built : await lendProgram(built, path),
    writeConfig: async (text) => void (await write('app.ini', text)),
    writeCertificate: async ({ cert, key }) => ({ cert: await write('cert.pem', cert), key: await write('key.pem', key) }),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}

async function giveTo({ ids }: Account, path: string): Promise<void> {
  if (ids !== undefined) await chown(path, ids.uid, ids.gid)
}

/** Root's home is closed to others, and the built program lies in it: the server gets links to the files, or copies from another disk. */
async function lendProgram(built: string, folder: string): Promise<string> {
  const target = join(folder, 'program')
  if ((await runCopy(['-a', '--link', built, target])) !== 0) {
    await rm(target, { recursive: true, force: true })
    const code = await runCopy(['-a', built, target])
    if (code !== 0) throw new Error(`copying ${built} to ${target} ended with ${code}`)
  }
  return target
}

function runCopy(argv: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('cp', argv, { stdio: 'ignore' })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
