import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, runProgram } from './world/run-program.ts'
import { type Shim, buildShim, writeProgram } from './world/shim.ts'

/** In place of git: shows with which environment it was started, its number, its arguments and which of its streams are terminals. */
const RECORDER = `#!/bin/sh
for stream in 0 1 2; do if [ -t $stream ]; then printf 'terminal%s ' $stream; fi; done
printf '%s ' "$$" "$#" "$@"
cat </proc/$$/environ
`
/** Names that a script may use for itself, and that mean something to a shell. IFS and OPTIND are lost: every shell begins with its own. */
const ENVIRONMENT = { git: 'g', node: 'n', argv: 'a', arg: 'b', program: 'p', command: 'c', PS4: '$(exit 3)', ENV: '/dev/null', CDPATH: '/', EMPTY: '', SPACES: ' a  b ', UMLAUT: 'ä', LINES_OF_IT: 'a=1\nb=2' }

let root = ''
let shim: Shim

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refward-surroundings-'))
  shim = await buildShim(root, await writeProgram(join(root, 'git-that-tells'), RECORDER))
})

afterAll(() => rm(root, { recursive: true, force: true }))

const commands = [
  { name: 'a local command', argv: ['status', '-s'] },
  { name: 'a remote one', argv: ['fetch', 'origin'] },
]

describe.each(commands)('$name', ({ argv }) => {
  const tell = async (program: string): Promise<Ended & { readonly pid: number | undefined }> => {
    let pid: number | undefined
    const started = (child: { readonly pid?: number | undefined; readonly stdin: { end(): void } | null }): void => {
      pid = child.pid
      child.stdin?.end()
    }
    return { ...(await runProgram(program, argv, { cwd: root, env: ENVIRONMENT, started })), pid }
  }

  test('keeps its environment, and is the process that was started', async () => {
    const [direct, ours] = [await tell(shim.realGit), await tell(shim.git)]
    const [head, ...variables] = splitTold(ours.stdout)
    expect(variables).toEqual(expect.arrayContaining(Object.entries(ENVIRONMENT).map(([name, value]) => Buffer.from(`${name}=${value}`).toString('latin1'))))
    expect(variables.toSorted()).toEqual(splitTold(direct.stdout).slice(1).toSorted())
    expect(head).toBe(`${ours.pid} ${argv.length} ${argv.join(' ')}`)
    expect(ours.stderr).toBe('')
  })

  test.skipIf(!existsSync('/usr/bin/script'))('sees the terminal', async () => {
    // The arguments of the corpus have nothing that a shell reads as anything; script(1) takes one line for its shell.
    const line = `exec "$SHIM" ${argv.join(' ')}`
    const { stdout } = await runProgram('/usr/bin/script', ['-q', '-e', '-c', line, '/dev/null'], { cwd: root, env: { SHIM: shim.git, SHELL: '/bin/sh' } })
    expect(stdout).toMatch(/^terminal0 terminal1 terminal2 /)
  })
})

/** The head of what the recorder tells, then the variables; `_` is what a shell has run last. */
function splitTold(text: string): readonly string[] {
  const at = text.search(/(?<= )[A-Za-z_]+=/)
  return [text.slice(0, at).trim(), ...text.slice(at).split('\0').filter((line) => line !== '' && !line.startsWith('_='))]
}
