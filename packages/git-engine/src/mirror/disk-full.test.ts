import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildBlobsOf, git, tryGit } from '@refward/testing-repositories'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../fetch/testing/test-gateway.ts'
import { PASSWORD } from '../fetch/testing/test-source.ts'

// A file system of two megabytes needs the right to mount one.
const canMount = process.platform === 'linux' && process.getuid?.() === 0

let work: string
let disk: string
let upstream: HttpUpstream
let gateway: TestGateway

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'refward-full-'))
  disk = await mkdtemp(join(tmpdir(), 'refward-disk-'))
  if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'refward-test', disk])
  upstream = await startHttpUpstream({ password: PASSWORD })
  gateway = await startTestGateway({ upstream, store: { directory: join(disk, 'mirrors') } })
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
  if (canMount) execFileSync('umount', [disk])
  await rm(disk, { recursive: true })
  await rm(work, { recursive: true })
})

test.runIf(canMount)('a disk that is full is said to be, and nothing half stays on it', async () => {
  const big = await upstream.createRepository('acme/big')
  await buildBlobsOf({ count: 4, bytes: 1 << 20 })(big.gitDir)
  const result = await tryGit(['clone', gateway.url('acme/big'), join(work, 'big')])
  expect(result.status).not.toBe(0)
  expect(result.stderr).toContain('RW_DISK_FULL')
  await (await gateway.mirror('acme/big')).settled()
  expect((await readdir(disk, { recursive: true })).filter((file) => /spool|pack-|incoming\//.test(file))).toEqual([])
  const small = await upstream.createRepository('acme/small')
  await buildBlobsOf({ count: 1, bytes: 1000 })(small.gitDir)
  await git(['clone', '-q', gateway.url('acme/small'), join(work, 'small')])
})

test.runIf(canMount)('a disk that fills up later: what was there is still served', async () => {
  const repository = await upstream.createRepository('acme/small')
  await buildBlobsOf({ count: 1, bytes: 100_000 })(repository.gitDir)
  await git(['clone', '-q', gateway.url('acme/small'), join(work, 'first')])
  await (await gateway.mirror('acme/small')).settled()
  await writeFile(join(disk, 'filler'), Buffer.alloc(4 << 20)).catch(() => undefined)
  const more = await upstream.createRepository('acme/more')
  await buildBlobsOf({ count: 1, bytes: 300_000 })(more.gitDir)
  await repository.git(['fetch', '-q', more.gitDir, 'main:more'])
  const result = await tryGit(['fetch', 'origin'], { cwd: join(work, 'first') })
  expect(result.stderr).toContain('RW_DISK_FULL')
  await rm(join(disk, 'filler'))
  await git(['fetch', '-q', 'origin'], { cwd: join(work, 'first') })
  await git(['fsck'], { cwd: join(work, 'first') })
})
