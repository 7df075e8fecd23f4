import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { findSecrets } from '../../world/planted.ts'
import type { GiteaWorld } from './gitea-world.ts'

/**
 * The forge's token is in no file of an agent or of the gateway, in nothing that either has said, in no packet and no header that an
 * agent's git has seen; and that git has never spoken with the forge.
 */
export async function expectNoCredential({ token, gitea, gateway, sandboxes }: GiteaWorld): Promise<void> {
  const said = [gateway.output(), JSON.stringify(await gateway.audit()), ...sandboxes.flatMap(({ screen }) => screen)]
  expect(findSecrets(said.join('\n'), [token])).toEqual([])
  for (const directory of [gateway.directory, ...sandboxes.map(({ home }) => home)]) expect(await findFilesWith(directory, token)).toEqual([])
  for (const { wireLog } of sandboxes) expect(await countConnections(wireLog, new URL(gitea.origin).port)).toEqual({ forge: 0, gateway: expect.toSatisfy((count: number) => count > 0) as number })
  expect(await gateway.verifyAudit()).toBe('ok')
  expect(await gateway.quarantine()).toEqual([])
}

async function findFilesWith(directory: string, secret: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.length).toBeGreaterThan(0)
  const found: string[] = []
  for (const file of files) if (findSecrets(await readFile(file), [secret]).length > 0) found.push(file)
  return found
}

async function countConnections(wireLog: string, forgePort: string): Promise<{ readonly forge: number; readonly gateway: number }> {
  const text = await readFile(wireLog, 'utf8')
  const ports = Array.from(text.matchAll(/Connected to \S+ \(\S+\) port (\d+)/g), ([, port]) => port)
  const forge = ports.filter((port) => port === forgePort).length
  return { forge, gateway: ports.length - forge }
}
