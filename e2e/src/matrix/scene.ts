import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util'
import type { GiteaRepository } from '@refward/testing-gitea'
import type { AuditLine } from '@refward/testing-gateway'
import { git } from '@refward/testing-repositories'
import { type Ended, runProgram } from '../shim/world/run-program.ts'
import type { AgentPlace, MatrixWorld } from './matrix-world.ts'
import { type Evidence, Mismatch, type Plane, type RanCommand } from './row.ts'

const SHOWN_LINES = 12
const SHOWN_CHARACTERS = 2000

/** The stage of one row: a clone of its own in the agent's place, and what is seen there. */
export class Scene {
  readonly plane: Plane
  readonly world: MatrixWorld
  readonly place: AgentPlace
  /** The clone. */
  readonly tree: string
  readonly #commands: RanCommand[] = []
  readonly #found: string[] = []
  readonly #before: ReadonlyMap<string, string>
  readonly #audited: number

  private constructor(world: MatrixWorld, place: AgentPlace, tree: string, seen: { readonly before: ReadonlyMap<string, string>; readonly audited: number }) {
    this.world = world
    this.place = place
    this.plane = place.plane
    this.tree = tree
    this.#before = seen.before
    this.#audited = seen.audited
  }

  static async open(world: MatrixWorld, plane: Plane): Promise<Scene> {
    const place = world.places[plane]
    const tree = await place.clone(world.widget.url)
    return new Scene(world, place, tree, { before: await world.widget.refs(), audited: (await world.gateway.audit()).length })
  }

  get forge(): GiteaRepository {
    return this.world.widget
  }

  /** What the agent types, `git` and `gh` being those of its PATH. */
  async agent(program: 'git' | 'gh', args: readonly string[], input?: string): Promise<Ended> {
    const ended = await runProgram(this.place.programs[program], args, { cwd: this.tree, env: this.place.environment, ...(input === undefined ? {} : { input: Buffer.from(input) }) })
    this.note({ run: [program, ...args].join(' '), status: ended.status, output: `${ended.stdout}${ended.stderr}` })
    return ended
  }

  note({ run, status, output }: RanCommand): void {
    const lines = stripVTControlCharacters(output).trimEnd().split('\n')
    this.#commands.push({ run, status, output: lines.slice(-SHOWN_LINES).join('\n').slice(-SHOWN_CHARACTERS) })
  }

  /** In the clone, with the real git and nothing of the gateway: to set a row up, and to look at what came of it. */
  look(...args: readonly string[]): Promise<string> {
    return git(args, { cwd: this.tree })
  }

  /** What must be the same is, or the row has failed. */
  same(what: string, got: unknown, expected: unknown): void {
    this.holds(what, isDeepStrictEqual(got, expected), `expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`)
  }

  has(what: string, text: string, part: string): void {
    this.holds(what, text.includes(part), `${JSON.stringify(part)} is not in ${JSON.stringify(text.slice(-SHOWN_CHARACTERS))}`)
  }

  holds(what: string, is: boolean, otherwise: string): void {
    if (!is) throw new Mismatch(`${what}: ${otherwise}`)
    this.#found.push(what)
  }

  /** Nothing has changed on the forge. */
  async untouched(): Promise<void> {
    this.same('the forge is as it was', changesOf(this.#before, await this.forge.refs()), [])
  }

  async auditSince(): Promise<readonly AuditLine[]> {
    return this.world.gateway.audit(this.#audited + 1)
  }

  async evidence(): Promise<Evidence> {
    return { commands: this.#commands, found: this.#found, changed: changesOf(this.#before, await this.forge.refs()), audit: (await this.auditSince()).map(renderLine) }
  }
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
  return names.map((name) => `${name} ${before.get(name) ?? 'absent'} -> ${after.get(name) ?? 'absent'}`)
}

function renderLine({ seq, kind, ...line }: AuditLine): string {
  const { operation, outcome, action, result, codes = [] } = line as { readonly operation?: string; readonly outcome?: string; readonly action?: string; readonly result?: string; readonly codes?: readonly string[] }
  return [seq, kind, operation, action, outcome, result, ...codes].filter((word) => word !== undefined).join(' ')
}
