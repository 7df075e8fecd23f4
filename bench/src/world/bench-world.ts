import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fixture, buildBlobs, buildHistory, buildHistoryOf, buildWidget, git } from '@refward/testing-repositories'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import { type UpstreamProcess, startUpstreamProcess } from './upstream-process.ts'

const FIXTURES: Readonly<Record<'widget' | 'history' | 'blobs' | 'small', Fixture>> = {
  widget: buildWidget,
  history: buildHistory,
  blobs: buildBlobs,
  small: buildHistoryOf({ commits: 500, bytesPerCommit: 7300 }),
}
export type FixtureName = keyof typeof FIXTURES

/** The upstream, the gateway and a place for clones, which all rows of a run share. Fixtures are built when they are first asked for. */
export class BenchWorld {
  readonly directory: string
  readonly upstream: UpstreamProcess
  readonly gateway: GatewayProcess
  readonly #built = new Map<FixtureName, Promise<string>>()
  #names = 0

  private constructor(directory: string, upstream: UpstreamProcess, gateway: GatewayProcess) {
    this.directory = directory
    this.upstream = upstream
    this.gateway = gateway
  }

  static async start(): Promise<BenchWorld> {
    const directory = await mkdtemp(join(tmpdir(), 'refward-bench-'))
    const upstream = await startUpstreamProcess(join(directory, 'forge'))
    return new BenchWorld(directory, upstream, await startGatewayProcess(join(directory, 'gateway'), upstream))
  }

  /** A repository with the content of a fixture, under a name that nobody has seen: its mirror is cold. */
  async freshRepository(fixture: FixtureName): Promise<string> {
    const built = this.#built.get(fixture) ?? this.#build(fixture)
    this.#built.set(fixture, built)
    const name = `acme/${this.#nextName(fixture)}.git`
    await cp(await built, join(this.upstream.root, name), { recursive: true })
    return name
  }

  directUrl(repository: string): string {
    const { origin, user, password } = this.upstream
    return `${origin.replace('://', `://${user}:${password}@`)}/${repository}`
  }

  /** A path for a clone that does not exist yet. */
  place(): string {
    return join(this.directory, this.#nextName('clone'))
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    await this.upstream.stop()
    await rm(this.directory, { recursive: true, force: true })
  }

  #nextName(prefix: string): string {
    this.#names += 1
    return `${prefix}-${this.#names}`
  }

  async #build(fixture: FixtureName): Promise<string> {
    const path = join(this.directory, `fixture-${fixture}.git`)
    await git(['init', '-q', '--bare', '-b', 'main', path])
    await FIXTURES[fixture](path)
    for (const [key, value] of [['uploadpack.allowFilter', 'true'], ['http.receivepack', 'true']] as const) await git(['--git-dir', path, 'config', key, value])
    return path
  }
}
