import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ExecWorld, commitIn } from './world/exec-world.ts'

const page = fileURLToPath(new URL('../../../docs/launchers.md', import.meta.url))

let world: ExecWorld
let examples: readonly string[]

beforeAll(async () => {
  world = await ExecWorld.create()
  const text = await readFile(page, 'utf8')
  examples = Array.from(text.matchAll(/^```sh\n(.*?)^```/gms), ([, code = '']) => code).filter((code) => code.startsWith('curl ') && code.includes('/api/v1/git/'))
})

afterAll(() => world.close())

/** Runs an example of the page as a reader would. */
async function run(example: string | undefined, tree: string): Promise<Readonly<Record<string, unknown>>> {
  const { PATH = '' } = process.env
  const env = { PATH, GATEWAY: world.gateway.origin, TOKEN: world.token, TREE: tree }
  const { stdout } = await promisify(execFile)('sh', ['-euc', example ?? 'exit 1'], { env })
  return JSON.parse(stdout) as Record<string, unknown>
}

it('the examples of the page do what it says', async () => {
  const tree = await world.clone()
  const head = await commitIn(tree, { 'page.txt': '1\n' })
  expect(await run(examples[0], tree)).toMatchObject({ success: true, refs: [{ ref: 'refs/heads/agent/fixer/topic', status: 'created', new_id: head }] })
  expect((await world.widget.refs()).get('refs/heads/agent/fixer/topic')).toBe(head)
  expect(await run(examples[1], tree)).toMatchObject({ success: true, operation: 'fetch', refs: expect.arrayContaining([{ ref: 'refs/heads/agent/fixer/topic', id: head }]) as object })
  expect(examples).toHaveLength(2)
})

it('the lines for an operator are commands', async () => {
  const text = await readFile(page, 'utf8')
  const [, line = ''] = /^refward (session add .*)$/m.exec(text) ?? []
  const made = await world.gateway.operator(...line.replace('/work/fixer', world.root).split(' '))
  expect(JSON.parse(made)).toMatchObject({ agent: 'fixer', session: { mode: 'private', roots: [{ path: world.root, repository: 'forge/acme/widget' }] } })
})
