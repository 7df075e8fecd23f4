import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectRefused } from './testing/expect-refused.ts'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'

const RULES = `
branches: { own: ["agent/{agent}/**"] }
tags: { create: ["**"] }
paths: { deny: ["deploy/**"] }
limits: { objects: 300, object: 64 KiB, commits: 20, changes: 200 }
`
/** Made for this test, of the form that the rules look for; it opens nothing. */
const SECRET = `ghp_${'aB3dE5fG7h'.repeat(4).slice(0, 36)}`
const OWN = 'HEAD:refs/heads/agent/fixer/x'

let world: PushWorld

beforeAll(async () => {
  world = await createPushWorld({ rules: RULES })
})

afterAll(async () => {
  await world.close()
})

beforeEach(async () => {
  await world.agent(['checkout', '-q', '--detach', 'origin/main'])
})

async function expectSecret(args: readonly string[]): Promise<string> {
  const { stderr, stdout } = await expectRefused(world, { args, code: 'RW_SECRET_FOUND' })
  // Only what the gateway says: of the name of a ref, the client itself shows all.
  expect(stdout + stderr.replaceAll(/^(?!remote:).*$/gm, '')).not.toContain(SECRET)
  return stderr
}

/** A commit object with any header, which porcelain would not write. */
async function commitWith(text: (tree: string, parent: string) => string): Promise<string> {
  const tree = await world.agent(['rev-parse', 'HEAD^{tree}'])
  const parent = await world.agent(['rev-parse', 'HEAD'])
  const id = await world.agent(['hash-object', '-t', 'commit', '-w', '--stdin'], text(tree, parent))
  await world.agent(['checkout', '-q', '--detach', id])
  return id
}

describe('refs', () => {
  test('main, and with it everything else of that push', async () => {
    await world.commit({ 'a.ts': '1\n' })
    const { stderr } = await expectRefused(world, { args: ['HEAD:refs/heads/main', OWN], code: 'RW_REF_PROTECTED' })
    expect(stderr).toContain('main (RW_REF_PROTECTED)')
    expect(stderr).toContain('agent/fixer/x (RW_PUSH_REFUSED_TOGETHER)')
    expect(stderr).toMatch(/remote: refward: request req-\d+/)
  })

  test.each([
    ['HEAD:refs/for/main', 'RW_REF_NAMESPACE'],
    ['HEAD:refs/pull/1/head', 'RW_REF_NAMESPACE'],
    ['HEAD:refs/replace/0000000000000000000000000000000000000001', 'RW_REF_RESERVED'],
    ['HEAD:refs/heads/other', 'RW_REF_NOT_OWNED'],
  ] as const)('%s', async (refspec, code) => {
    await world.commit({ 'a.ts': '1\n' })
    await expectRefused(world, { args: [refspec], code })
  })

  test.each([
    ['a tag of a blob', 'origin/main:README.md'],
    ['a tag of a tree', 'origin/main^{tree}'],
  ])('%s', async (_, target) => {
    await expectRefused(world, { args: [`${target}:refs/tags/odd-${target.length}`], code: 'RW_REF_TARGET' })
  })

  test('a tag of a blob that is new', async () => {
    const blob = await world.agent(['hash-object', '-w', '--stdin'], 'new\n')
    await expectRefused(world, { args: [`${blob}:refs/tags/blob`], code: 'RW_REF_TARGET' })
  })
})

describe('secrets, wherever they are', () => {
  test('in a file three commits deep, taken out again: commit, path, line and rule, without the secret', async () => {
    const guilty = await world.commit({ 'config/keys.env': `# keys\n\nTOKEN=${SECRET}\n` })
    await world.commit({ 'config/keys.env': '# keys\n' })
    await world.commit({ 'a.ts': '1\n' })
    const stderr = await expectSecret([OWN])
    expect(stderr).toContain(guilty.slice(0, 10))
    expect(stderr).toContain('config/keys.env')
    expect(stderr).toMatch(/line 3|:3/)
    expect(stderr).toContain('github')
  })

  test('in a message', async () => {
    const id = await world.commit({ 'a.ts': '1\n' }, `deploy\n\nwith ${SECRET}`)
    expect(await expectSecret([OWN])).toContain(id.slice(0, 10))
  })

  test('in the name of an author', async () => {
    await commitWith((tree, parent) => `tree ${tree}\nparent ${parent}\nauthor ${SECRET} <a@example.com> 1 +0000\ncommitter A <a@example.com> 1 +0000\n\nx\n`)
    await expectSecret([OWN])
  })

  test('in a header that nobody shows', async () => {
    await commitWith((tree, parent) => `tree ${tree}\nparent ${parent}\nauthor A <a@x.com> 1 +0000\ncommitter A <a@x.com> 1 +0000\nx-note ${SECRET}\n\nx\n`)
    await expectSecret([OWN])
  })

  test('in the name of a file: the commit that brought it is named', async () => {
    const id = await world.commit({ [`docs/${SECRET}.md`]: 'x\n' })
    await world.commit({ 'a.ts': '1\n' })
    expect(await expectSecret([OWN])).toContain(id.slice(0, 10))
  })

  test('in the message of a tag, and of a tag of a tag', async () => {
    await world.agent(['tag', '-f', '-a', '-m', `release ${SECRET}`, 'leaky'])
    await expectSecret(['leaky'])
    await world.agent(['tag', '-f', '-a', '-m', 'outer', 'outer', 'leaky'])
    await expectSecret(['outer'])
  })

  test('in what only a merge has', async () => {
    const base = await world.agent(['rev-parse', 'HEAD'])
    const left = await world.commit({ 'l.ts': '1\n' })
    await world.agent(['checkout', '-q', '--detach', base])
    await world.commit({ 'r.ts': '1\n' })
    await world.agent(['merge', '-q', '--no-commit', left])
    const merge = await world.commit({ 'evil.env': `TOKEN=${SECRET}\n` }, 'merge')
    const stderr = await expectSecret([OWN])
    expect(stderr).toContain(merge.slice(0, 10))
    expect(stderr).toContain('evil.env')
  })

  test('in the target of a symbolic link', async () => {
    const blob = await world.agent(['hash-object', '-w', '--stdin'], SECRET)
    await world.agent(['update-index', '--add', '--cacheinfo', `120000,${blob},link`])
    await world.commit({})
    await expectSecret([OWN])
  })

  test('in UTF-16', async () => {
    await world.commit({ 'windows.txt': Buffer.from(`\ufeffTOKEN=${SECRET}\r\n`, 'utf16le') })
    await expectSecret([OWN])
  })

  test('in a binary file', async () => {
    await world.commit({ 'x.bin': Buffer.concat([Buffer.alloc(5000), Buffer.from(SECRET), Buffer.alloc(5000)]) })
    await expectSecret([OWN])
  })

  test('behind an attribute that calls it binary and hides its diff', async () => {
    await world.commit({ '.gitattributes': '* -diff -text binary\n', 'x.txt': `${SECRET}\n` })
    await expectSecret([OWN])
  })

  test('in the name of a ref', async () => {
    await expectSecret([`HEAD:refs/heads/agent/fixer/${SECRET}`])
  })

  test('in an object that a replacement hides from every log', async () => {
    const guilty = await world.commit({ 'a.env': `TOKEN=${SECRET}\n` })
    await world.agent(['checkout', '-q', '--detach', 'HEAD~1'])
    const innocent = await world.commit({ 'a.env': 'nothing\n' })
    await world.agent(['checkout', '-q', '--detach', guilty])
    await world.agent(['replace', '-f', guilty, innocent])
    // The attack works against what reads history the usual way.
    expect(await world.agent(['show', guilty])).not.toContain(SECRET)
    await expectSecret([`${guilty}:refs/heads/agent/fixer/x`])
    await world.agent(['replace', '-d', guilty])
  })

  test("the gateway's own credential, encoded", async () => {
    const { PASSWORD } = await import('./testing/push-world.ts')
    await world.commit({ 'a.txt': Buffer.from(`x${PASSWORD}`).toString('base64') })
    const { stderr } = await expectRefused(world, { args: [OWN], code: 'RW_OWN_CREDENTIAL' })
    expect(stderr).not.toContain(Buffer.from(PASSWORD).toString('base64').slice(2, 12))
  })
})

describe('paths, links and submodules', () => {
  test('a denied path, changed and changed back', async () => {
    const id = await world.commit({ 'deploy/prod.yml': 'x\n' })
    await world.agent(['rm', '-q', '--cached', 'deploy/prod.yml'])
    await world.commit({})
    const { stderr } = await expectRefused(world, { args: [OWN], code: 'RW_PATH_DENIED' })
    expect(stderr).toContain(id.slice(0, 10))
    expect(stderr).toContain('deploy/prod.yml')
  })

  test('a denied path that only a merge changes', async () => {
    const base = await world.agent(['rev-parse', 'HEAD'])
    const left = await world.commit({ 'l2.ts': '1\n' })
    await world.agent(['checkout', '-q', '--detach', base])
    await world.commit({ 'r2.ts': '1\n' })
    await world.agent(['merge', '-q', '--no-commit', left])
    await world.commit({ '.github/workflows/x.yml': 'on: push\n' }, 'merge')
    await expectRefused(world, { args: [OWN], code: 'RW_PATH_DENIED' })
  })

  test('a link out of the repository', async () => {
    const blob = await world.agent(['hash-object', '-w', '--stdin'], '../../etc/passwd')
    await world.agent(['update-index', '--add', '--cacheinfo', `120000,${blob},a/link`])
    await world.commit({})
    await expectRefused(world, { args: [OWN], code: 'RW_SYMLINK_DENIED' })
  })

  test('a submodule of another host, also where a setting asks git to ignore it', async () => {
    await world.agent(['update-index', '--add', '--cacheinfo', `160000,${await world.agent(['rev-parse', 'HEAD'])},sub`])
    await world.commit({ '.gitmodules': '[submodule "s"]\n\tpath = sub\n\turl = https://evil.example/x.git\n\tignore = all\n' })
    const { stderr } = await expectRefused(world, { args: [OWN], code: 'RW_SUBMODULE_DENIED' })
    expect(stderr).toContain('sub')
  })

  test('a submodule without an address', async () => {
    await world.agent(['update-index', '--add', '--cacheinfo', `160000,${await world.agent(['rev-parse', 'HEAD'])},bare`])
    await world.commit({})
    await expectRefused(world, { args: [OWN], code: 'RW_SUBMODULE_DENIED' })
  })

  test('a .gitmodules spelt so that only some file systems read it', async () => {
    await world.commit({ '.GitModules': '[submodule "s"]\n\tpath = sub\n\turl = https://evil.example/x.git\n' })
    await expectRefused(world, { args: [OWN], code: 'RW_SUBMODULE_DENIED' })
  })
})

describe('limits and broken objects', () => {
  test('an object that is too large', async () => {
    await world.commit({ 'large.bin': Buffer.alloc(65 * 1024, 'a') })
    await expectRefused(world, { args: [OWN], code: 'RW_LIMIT_OBJECT_BYTES' })
  })

  test('too many objects, before any is written', async () => {
    await world.commit(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/${index}`, `${index}\n`])))
    await expectRefused(world, { args: [OWN], code: 'RW_LIMIT_OBJECTS' })
  })

  test('too many commits', async () => {
    for (let index = 0; index < 21; index += 1) await world.commit({}, `empty ${index}`)
    await expectRefused(world, { args: [OWN], code: 'RW_LIMIT_COMMITS' })
  })

  test('an object that git refuses: its own words reach the client', async () => {
    await commitWith((tree, parent) => `tree ${tree}\nparent ${parent}\nauthor A <a@x.com 1 +0000\ncommitter A <a@x.com> 1 +0000\n\nx\n`)
    const { stderr } = await expectRefused(world, { args: [OWN], code: 'RW_PACK_INVALID' })
    expect(stderr).toContain('badEmail')
    expect(stderr).toContain('remote unpack failed')
    expect(stderr).not.toContain(world.data)
  })
})
