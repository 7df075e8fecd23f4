// Decides and finishes without end, and says so after each: what it said must outlive a SIGKILL at any moment.
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'

import type { AgentName, RepoId, RequestId } from '@refward/core-policy'

import { openLedger } from '../open-ledger.ts'

const [path = '', agent = ''] = process.argv.slice(2)
const ledger = openLedger({ path, clock: Date.now, randomBytes })
const name = agent as AgentName
if ((await ledger.showAgent(name)) === undefined) await ledger.addAgent({ name, repositories: [] })

const ref = { ref: 'refs/heads/x', kind: 'update', oldId: 'a'.repeat(40), newId: 'b'.repeat(40), rewrite: true, rule: 'rewrite' } as const

for (let turn = 0; ; turn++) {
  const id = await ledger.decided({
    request: `${agent}-${process.pid}-${turn}` as RequestId,
    agent: name,
    repo: 'gitea/acme/widget' as RepoId,
    operation: 'push',
    outcome: 'permit',
    rules: ['rewrite'],
    codes: [],
    refs: [ref],
  })
  // Straight to the pipe: a buffered word would be lost with the process and prove nothing.
  writeSync(1, `decided ${id}\n`)
  await ledger.finished(id, { result: 'done', refs: [{ ref: ref.ref, result: 'accepted' }] })
  writeSync(1, `finished ${id}\n`)
}
