import { mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GiteaRepository } from '@refward/testing-gitea'
import type { TestGateway } from '@refward/testing-gateway'
import { GiteaWorld } from '../gitea/world/gitea-world.ts'
import { runProgram } from '../shim/world/run-program.ts'
import { buildGhShim, buildShim } from '../shim/world/shim.ts'
import type { Plane } from './row.ts'

/** The programs that stand first on an agent's PATH. */
type Shims = Readonly<Record<'git' | 'gh', string>>

/** Where the agent of one plane works, and what it has there. */
export interface AgentPlace {
  readonly plane: Plane
  readonly agent: string
  /** Its HOME. On the exec plane it is shared with the gateway. */
  readonly home: string
  readonly programs: Shims
  readonly environment: Readonly<Record<string, string>>
  /** The token of its session. */
  readonly token: string
  /** A new clone, made by the agent itself. */
  clone(url: string): Promise<string>
}

const CONFIG = 'repositories:\n  forge/acme/*: { read: ["*"], push: ["*"] }\nlimits: { agent_per_minute: 1000000 }\n'

/** A real Gitea, the shipped gateway, and an agent with the shims on each plane. */
export class MatrixWorld {
  readonly gitea: GiteaWorld
  readonly widget: GiteaRepository
  readonly places: Readonly<Record<Plane, AgentPlace>>

  #number = 0
  #origin: string

  private constructor(gitea: GiteaWorld, widget: GiteaRepository, places: MatrixWorld['places']) {
    this.gitea = gitea
    this.widget = widget
    this.places = places
    this.#origin = gitea.gateway.origin
  }

  get gateway(): TestGateway {
    return this.gitea.gateway
  }

  static async create(): Promise<MatrixWorld> {
    const gitea = await GiteaWorld.create({ botScopes: ['write:repository', 'write:issue'], config: CONFIG })
    try {
      const widget = await gitea.createWidget('widget')
      const root = await realpath(await gitea.makeDirectory('shims'))
      const programs = { git: (await buildShim(root)).git, gh: await buildGhShim(root) }
      const [own, shared] = [await createPlace(gitea, programs, 'git'), await createPlace(gitea, programs, 'exec')]
      return new MatrixWorld(gitea, widget, { git: own, exec: shared })
    } catch (error) {
      await gitea.close()
      throw error
    }
  }

  /** Starts the gateway again after it was killed; its address is another one then, and the agents are told. */
  async startGateway(): Promise<void> {
    await this.gateway.start()
    const { origin } = this.gateway
    for (const { home } of Object.values(this.places)) {
      const config = join(home, '.gitconfig')
      await writeFile(config, (await readFile(config, 'utf8')).replaceAll(this.#origin, origin))
    }
    this.#origin = origin
  }

  /** For names that are used once. */
  nextNumber(): number {
    return (this.#number += 1)
  }

  close(): Promise<void> {
    return this.gitea.close()
  }
}

/** The files of `refward agent add`; on the exec plane the token is that of a session which shares the agent's HOME with the gateway. */
async function createPlace(gitea: GiteaWorld, programs: Shims, plane: Plane): Promise<AgentPlace> {
  const agent = `on-${plane}`
  const { home } = await gitea.addAgent(agent)
  const tokenFile = join(home, '.config/refward/token')
  if (plane === 'exec') {
    const made = await gitea.gateway.operator('session', 'add', agent, '--root', `forge/acme/widget=${await realpath(home)}`, '--json')
    await writeFile(tokenFile, (JSON.parse(made) as { readonly token: string }).token, { mode: 0o600 })
  }
  const log = join(home, 'wire.log')
  const environment = {
    HOME: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    PATH: [dirname(programs.git), dirname(programs.gh), process.env['PATH']].join(':'),
    GIT_TRACE_CURL: log,
    GIT_TRACE_CURL_NO_DATA: '1',
    GIT_TRACE_REDACT: '0',
    ...(plane === 'exec' ? { REFWARD_PLANE: 'exec' } : {}),
  }
  return {
    plane,
    agent,
    home,
    programs,
    environment,
    token: (await readFile(tokenFile, 'utf8')).trim(),
    clone: async (url) => {
      const directory = await mkdtemp(join(await realpath(home), 'work-'))
      const { status, stderr } = await runProgram(programs.git, ['clone', '-q', url, directory], { cwd: home, env: environment })
      if (status !== 0) throw new Error(`the clone ended with ${status}: ${stderr}`)
      return directory
    },
  }
}
