import { createFetchResponseParser } from '@refward/git-wire'
import { advertise, call, renderPack, renderV0, renderV2 } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { send } from '../world/expect-refused.ts'

// Class: reading what a session may not see. A hidden ref is asked for by the id of its commit, tree, blob and tag, in every
// protocol and by every argument that takes an id or a name.

let world: AttackWorld
const hidden = { commit: '', tree: '', blob: '', tag: '' }
beforeAll(async () => {
  world = await createAttackWorld({ widget: 'visible: ["refs/heads/main", "refs/heads/topic", "refs/heads/agent/**"]' })
  const { widget } = world
  hidden.blob = await widget.git(['hash-object', '-w', '--stdin'], { input: 'embargoed\n' })
  hidden.tree = await widget.git(['mktree'], { input: `100644 blob ${hidden.blob}\tsecret.txt\n` })
  hidden.commit = await widget.git(['commit-tree', hidden.tree, '-p', 'main', '-m', 'embargoed'])
  hidden.tag = await widget.git(['mktag'], { input: `object ${hidden.commit}\ntype commit\ntag embargo\ntagger A <a@b.example> 1700000000 +0000\n\nembargo\n` })
  await widget.git(['update-ref', 'refs/heads/embargo', hidden.commit])
  await widget.git(['update-ref', 'refs/tags/embargo', hidden.tag])
  await widget.git(['update-ref', 'refs/pull/7/head', hidden.commit])
  // The mirror holds all of it: another agent's listing or this one's clone made it whole.
  const filled = await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('fetch', [`want ${world.base.id}`, 'done']) })
  if (!filled.body.includes('PACK')) throw new Error('the mirror was not filled')
})
afterAll(() => world.close())

const kinds = ['commit', 'tree', 'blob', 'tag'] as const
const ask = async (args: readonly string[]): Promise<string> =>
  (await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('fetch', args) })).body.toString('latin1')

/** What an answer says, however it was cut into packets on its way. */
function unframe(text: string): unknown {
  const parser = createFetchResponseParser()
  const events = [parser.push(Buffer.from(text, 'latin1')), parser.end()].flatMap((parsed) => (parsed.kind === 'ok' ? parsed.value : []))
  const pack = Buffer.concat(events.flatMap((event) => (event.kind === 'data' ? [event.data] : [])))
  expect(pack.subarray(0, 4).toString()).toBe('PACK')
  return { pack: pack.toString('hex'), others: events.filter(({ kind }) => kind !== 'data') }
}

/** Nothing of a pack came, and nothing that would tell whether the object exists. */
function expectDenied(text: string): void {
  expect(text).not.toContain('PACK')
  expect(text).toContain('not our ref')
}

describe('listings', () => {
  it.each([undefined, 1] as const)('do not name what is hidden, in protocol %s', async (version) => {
    const { body } = await advertise(world.ways.refward, 'git-upload-pack', version)
    expect(body.toString()).not.toMatch(/embargo|pull/)
    expect(body.toString()).toContain('refs/heads/main')
  })

  it('nor in protocol 2, whatever prefix is asked for', async () => {
    for (const prefix of ['', 'ref-prefix refs/heads/em', 'ref-prefix refs/tags/', 'ref-prefix refs/pull/', 'ref-prefix HEAD']) {
      const args = ['peel', 'symrefs', 'unborn', prefix].filter((text) => text !== '')
      const { body } = await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('ls-refs', args) })
      expect(body.toString()).not.toMatch(/embargo|pull/)
    }
  })

  it('nor before a push', async () => {
    const { body } = await advertise(world.ways.refward, 'git-receive-pack')
    expect(body.toString()).not.toMatch(/embargo|pull/)
    expect(body.toString()).not.toContain(hidden.commit)
  })
})

describe.each(kinds)('a hidden %s', (kind) => {
  it('is not served for its id in protocol 2', async () => {
    const unknown = await ask([`want ${'ab'.repeat(20)}`, 'done'])
    const denied = await ask([`want ${hidden[kind]}`, 'done'])
    expectDenied(denied)
    // The words are those for an object that there is not.
    const plain = (text: string, id: string): string => text.replaceAll(id, 'ID').replace(/request \w+/, '').replace(/^[0-9a-f]{4}/, '')
    expect(plain(denied, hidden[kind])).toBe(plain(unknown, 'ab'.repeat(20)))
  })

  it.each([undefined, 1] as const)('nor in protocol %s', async (version) => {
    const answer = await call(world.ways.refward, { service: 'git-upload-pack', body: renderV0({ wants: [hidden[kind]] }), ...(version === undefined ? {} : { version }) })
    expectDenied(answer.body.toString('latin1'))
  })

  it('nor behind a want that is allowed', async () => {
    expectDenied(await ask([`want ${world.base.id}`, `want ${hidden[kind]}`, 'done']))
  })

  it('nor with a filter or a depth', async () => {
    for (const more of ['filter blob:none', 'deepen 1', 'deepen-since 1', 'filter tree:0', `filter sparse:oid=${hidden[kind]}`]) {
      expectDenied(await ask([`want ${hidden[kind]}`, more, 'done']))
    }
  })

  it('is not acknowledged when it is said to be had', async () => {
    const text = await ask([`want ${world.base.id}`, `have ${hidden[kind]}`])
    expect(text).not.toContain(`ACK ${hidden[kind]}`)
    expect(text).toContain('NAK')
    const old = await call(world.ways.refward, { service: 'git-upload-pack', body: renderV0({ wants: [world.base.id], haves: [hidden[kind]], capabilities: 'multi_ack_detailed side-band-64k no-progress' }) })
    expect(old.body.toString('latin1')).not.toContain(`ACK ${hidden[kind]}`)
  })

  it('changes nothing when it is said to be the edge of a shallow clone', async () => {
    const shallow = async (id: string): Promise<unknown> => unframe(await ask([`want ${world.base.id}`, `shallow ${id}`, 'deepen 1', 'no-progress', 'done']))
    expect(await shallow(hidden[kind])).toEqual(await shallow('cd'.repeat(20)))
  })

  it('cannot be made a branch without being sent', async () => {
    const answer = await send(world.ways.refward, { commands: [{ ref: `refs/heads/agent/fixer/peek-${kind}`, newId: hidden[kind] }], pack: renderPack([]), brings: [] })
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng' }])
    expect(answer.bytes.toString()).not.toContain('embargoed')
  })
})

describe('names and commands', () => {
  it.each([
    { name: 'deepen-not of a hidden ref', args: ['deepen-not refs/heads/embargo'] },
    { name: 'deepen-not of its short name', args: ['deepen-not embargo'] },
    { name: 'want-ref, which is not offered', args: ['want-ref refs/heads/embargo'] },
    { name: 'packfile-uris, which are not offered', args: ['packfile-uris https'] },
    { name: 'a side-band of everything', args: ['sideband-all'] },
    { name: 'an argument that there is not', args: ['x-include-hidden'] },
  ])('$name', async ({ args }) => {
    const text = await ask([`want ${world.base.id}`, ...args, 'done'])
    expect(text).not.toContain('PACK')
    expect(text).not.toContain(hidden.commit)
  })

  it.each(['object-info', 'bundle-uri', 'ls-heads', 'fetch ', 'LS-REFS'])('the command %s', async (command) => {
    const { body } = await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2(command, ['size', `oid ${hidden.blob}`]) })
    expect(body.toString()).toContain('RW_PROTOCOL_MALFORMED')
    expect(body.toString()).not.toContain(' 10')
  })

  it('deepen-not of a name that there is not is answered alike', async () => {
    const text = async (name: string): Promise<string> => (await ask([`want ${world.base.id}`, `deepen-not ${name}`, 'done'])).replaceAll(name, 'NAME').replace(/request \w+/, '').replace(/^[0-9a-f]{4}/, '')
    expect(await text('refs/heads/embargo')).toBe(await text('refs/heads/nothing'))
  })
})
