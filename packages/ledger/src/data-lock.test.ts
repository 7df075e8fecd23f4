import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { expect, it, onTestFinished } from 'vitest'

import { lockDataDirectory } from './data-lock.ts'
import { makeTestLedger } from './testing/test-ledger.ts'

const script = fileURLToPath(new URL('testing/hold-lock.ts', import.meta.url))

it('holds a data directory for one process, and lets go when that is killed', async () => {
  const path = makeTestLedger().path.replace('ledger.db', 'gateway.lock')
  const holder = spawn(process.execPath, ['--conditions=refward-source', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void holder.kill('SIGKILL'))
  await once(holder.stdout, 'data')
  expect(() => lockDataDirectory(path)).toThrow(expect.objectContaining({ code: 'RW_DATA_IN_USE' }))
  holder.kill('SIGKILL')
  await once(holder, 'close')
  const lock = lockDataDirectory(path)
  lock.release()
  lockDataDirectory(path).release()
})
