import { blob, commit, tree } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { type Base, type Files, makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { type PushAttack, runPushAttack } from '../world/push-attack.ts'

// Class: submodule addresses, CI and ownership files, links. They make others fetch, run or approve something.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld()
})
afterAll(() => world.close())

const files = (content: Files): PushAttack['build'] => (base, ref) => offerFiles(base, ref, content)

/** A commit with one file at a path of several parts. */
function atPath(path: string): PushAttack['build'] {
  return (base: Base, ref) => {
    const parts = path.split('/')
    const leaf = blob(`on: push # ${path}\n`)
    const directories = []
    let entry = { mode: '100644', name: parts.at(-1) ?? '', id: leaf.id }
    for (const name of parts.slice(0, -1).toReversed()) {
      const directory = tree([entry])
      directories.push(directory)
      entry = { mode: '40000', name, id: directory.id }
    }
    const top = tree([entry])
    const made = commit({ tree: top.id, parents: [base.id] })
    return makeOffer([{ ref, newId: made.id }], [made, top, ...directories, leaf])
  }
}

function submodule(url: string): PushAttack['build'] {
  return (base, ref) => {
    const elsewhere = makeCommit([], { 'x.txt': 'x\n' }).objects[0]
    if (elsewhere === undefined) throw new Error('a commit has an object')
    return offerFiles(base, ref, { '.gitmodules': `[submodule "m"]\n\tpath = m\n\turl = ${url}\n`, m: { mode: '160000', object: elsewhere } })
  }
}

const link = (target: string): PushAttack['build'] => files({ link: { mode: '120000', object: blob(target) } })

const attacks: readonly PushAttack[] = [
  { name: 'a workflow of GitHub', works: 'naive', code: 'RW_PATH_DENIED', build: atPath('.github/workflows/steal.yml') },
  { name: 'a workflow of Gitea', works: 'naive', code: 'RW_PATH_DENIED', build: atPath('.gitea/workflows/steal.yaml') },
  { name: 'a workflow of Forgejo', works: 'naive', code: 'RW_PATH_DENIED', build: atPath('.forgejo/workflows/steal.yaml') },
  { name: 'a workflow in other case', works: 'naive', code: 'RW_PATH_DENIED', build: atPath('.GitHub/Workflows/steal.yml') },
  { name: 'a pipeline of GitLab', works: 'naive', code: 'RW_PATH_DENIED', build: files({ '.gitlab-ci.yml': 'steal:\n' }) },
  { name: 'an ownership file', works: 'naive', code: 'RW_PATH_DENIED', build: files({ CODEOWNERS: '* @fixer\n' }) },
  { name: 'a link in place of the workflows', works: 'naive', code: 'RW_PATH_DENIED', build: files({ '.github': { mode: '120000', object: blob('other') } }) },
  { name: 'a submodule of another host', works: 'naive', code: 'RW_SUBMODULE_DENIED', build: submodule('https://other.example/x.git') },
  { name: 'a submodule over a helper program', works: 'naive', code: 'RW_SUBMODULE_DENIED', build: submodule('ext::sh -c evil') },
  { name: 'a submodule on the disk of whoever clones', works: 'naive', code: 'RW_SUBMODULE_DENIED', build: submodule('file:///etc') },
  { name: 'a submodule without an address', works: 'naive', code: 'RW_SUBMODULE_DENIED', build: (base, ref) => {
    const elsewhere = makeCommit([], { 'y.txt': 'y\n' }).objects[0]
    if (elsewhere === undefined) throw new Error('a commit has an object')
    return offerFiles(base, ref, { m: { mode: '160000', object: elsewhere } })
  } },
  { name: 'a link to the root', works: 'naive', code: 'RW_SYMLINK_DENIED', build: link('/etc/passwd') },
  { name: 'a link out of the repository', works: 'naive', code: 'RW_SYMLINK_DENIED', build: link('../../.ssh/id_ed25519') },
  { name: 'a link into the repository of git', works: 'naive', code: 'RW_SYMLINK_DENIED', build: link('.git/hooks/pre-commit') },
]

describe('what makes others do something', () => {
  it.each(attacks)('$name', (attack) => runPushAttack(world, attack))
})
