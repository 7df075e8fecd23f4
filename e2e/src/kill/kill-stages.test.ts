import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RawConnection, openConnection, renderCall, renderPush } from '@refward/testing-raw-git'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectTaken } from '../world/expect-refused.ts'
import { type Offer, offerFiles } from '../world/offers.ts'
import { filesWith, processesOf, processesWith } from './leftovers.ts'
import { type PushTrial, expectOneStory, recordOf, tryPush, waitUntilSettled } from './push-trial.ts'

// SIGKILL at each stage of a push. Every stage is held open from outside: by the client, by the scanner program that the operator
// named, or by the forge. Nothing in the gateway knows that it is being tested.

let world: AttackWorld
let place: string
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'refward-kill-'))
  const scanner = join(place, 'scanner')
  await writeFile(scanner, SCANNER.replaceAll('PLACE', place))
  await chmod(scanner, 0o755)
  world = await createAttackWorld({
    widget: 'secrets: { scanner: gitleaks }',
    config: `limits: { agent_per_minute: 100000 }\nscanners: { gitleaks: { program: ${scanner} } }`,
  })
})
afterAll(async () => {
  await world.close()
  await rm(place, { recursive: true, force: true })
})
afterEach(() => world.upstream.clearFaults())

/** Speaks like gitleaks and finds nothing. Says by a file `scanning` that it has read everything, and waits while there is a file `hold`. */
const SCANNER = `#!/bin/sh
bytes=$(wc -c)
touch PLACE/scanning
while [ -e PLACE/hold ]; do sleep 0.02; done
echo "scanned ~$bytes bytes" >&2
echo '[]'
`

let number = 0
function nextOffer(bytes = 1000): Offer {
  number += 1
  return offerFiles(world.base, `refs/heads/agent/fixer/stage-${number}`, { 'stage.bin': randomBytes(bytes) })
}

/** Waits for something that is sure to happen; the test's own time limit ends it. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 2))
}

const quarantined = async (pattern: RegExp): Promise<boolean> =>
  (await readdir(join(world.gateway.dataDirectory, 'quarantine'), { recursive: true })).some((name) => pattern.test(name))

/** Kills, looks at what is left, starts again, and hears what became of the push. */
async function killAndSettle(trial: () => Promise<PushTrial>): Promise<'applied' | 'not-applied'> {
  const { pid } = world.gateway
  await world.gateway.kill()
  const told = await trial()
  await rm(join(place, 'hold'), { force: true })
  expect(await processesWith(world.password)).toEqual([])
  for (const directory of [world.gateway.directory, place]) expect(await filesWith(directory, world.password)).toEqual([])
  // Its children end with it, or soon after.
  await until(async () => (await processesOf(world.gateway.directory)).length === 0)
  world.upstream.resetConnections()
  await world.upstream.settled()
  await world.gateway.start()
  expect(world.gateway.pid).not.toBe(pid)
  expect(await world.gateway.quarantine()).toEqual([])
  const story = await expectOneStory(world, await waitUntilSettled(world), told)
  expect(await world.gateway.verifyAudit()).toBe('ok')
  return story
}

async function sendHalf(offer: Offer): Promise<RawConnection> {
  const { brings: _brings, ...push } = offer
  const bytes = renderCall(world.ways.refward, { service: 'git-receive-pack', body: renderPush(push) })
  const connection = await openConnection(world.gateway.origin)
  connection.send(bytes.subarray(0, bytes.length - 50_000))
  return connection
}

describe('SIGKILL', () => {
  it('while the pack is being received', async () => {
    // A small pack is held in memory until all of it is there.
    const offer = nextOffer(2_000_000)
    const connection = await sendHalf(offer)
    await until(() => quarantined(/tmp_pack_/))
    expect(await killAndSettle(async () => ({ offer, told: undefined }))).toBe('not-applied')
    connection.destroy()
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'nothing' })
  })

  it('when the pack is indexed and is being looked at', async () => {
    await writeFile(join(place, 'hold'), '')
    await rm(join(place, 'scanning'), { force: true })
    const offer = nextOffer()
    const pushing = tryPush(world, offer)
    await until(async () => (await readdir(place)).includes('scanning'))
    expect(await quarantined(/pack-[0-9a-f]+\.idx$/)).toBe(true)
    expect(await killAndSettle(() => pushing)).toBe('not-applied')
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'nothing' })
  })

  it('when it is decided and on its way, and the forge has not done anything', async () => {
    world.upstream.plan({ kind: 'half-open' }, { operation: 'push' })
    const offer = nextOffer()
    const pushing = tryPush(world, offer)
    await until(() => world.upstream.requests.some(({ operation, state }) => operation === 'push' && state === 'open'))
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'open' })
    expect(await killAndSettle(() => pushing)).toBe('not-applied')
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'ended', result: 'refused', by: 'settled' })
  })

  it('when the forge has done it and has not said so', async () => {
    world.upstream.plan({ kind: 'stall', afterBytes: 0 }, { operation: 'push' })
    const offer = nextOffer()
    const pushing = tryPush(world, offer)
    const [command] = offer.commands
    await until(async () => (await world.widget.refs()).get(command?.ref ?? '') === command?.newId)
    expect(await killAndSettle(() => pushing)).toBe('applied')
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'ended', result: 'done', by: 'settled' })
  })

  it('when the client has its answer', async () => {
    const offer = nextOffer()
    const trial = await tryPush(world, offer)
    expect(trial.told?.get(offer.commands[0]?.ref ?? '')).toBe('ok')
    expect(await killAndSettle(async () => trial)).toBe('applied')
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'ended', result: 'done', by: 'request' })
  })

  it('while a forge that cannot be asked after it leaves a push open until it can', async () => {
    world.upstream.plan({ kind: 'stall', afterBytes: 0 }, { operation: 'push' })
    const offer = nextOffer()
    const pushing = tryPush(world, offer)
    await until(() => world.upstream.requests.some(({ operation, state }) => operation === 'push' && state === 'open'))
    const [command] = offer.commands
    await until(async () => (await world.widget.refs()).get(command?.ref ?? '') === command?.newId)
    await world.gateway.kill()
    await pushing
    world.upstream.resetConnections()
    await world.upstream.settled()
    world.upstream.plan({ kind: 'status', status: 503 }, { service: 'git-receive-pack' }, 1)
    await world.gateway.start()
    await until(() => world.gateway.output().includes('push cannot be settled yet'))
    expect(recordOf(await world.gateway.audit(), offer)).toEqual({ kind: 'open' })
    await world.gateway.kill()
    await world.gateway.start()
    await expectOneStory(world, await waitUntilSettled(world), { offer, told: undefined })
  })

  it('leaves a gateway that works', async () => {
    await expectTaken(world.ways.refward, world.widget, nextOffer())
  })
})
