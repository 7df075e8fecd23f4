import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestGateway, startTestGateway } from '@refward/testing-gateway'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { type NaiveGateway, startNaiveGateway } from '@refward/testing-naive-gateway'
import { type RawRepository, rawRepository } from '@refward/testing-raw-git'
import { buildWidget } from '@refward/testing-repositories'
import { PLANTED } from './planted.ts'

export interface WorldOptions {
  /** Configuration behind `read` and `push` of the widget, as YAML in flow style. */
  readonly widget?: string
  /** More of the configuration. */
  readonly config?: string
  readonly forgeSettings?: string
  /** Where everything of the gateway is; a temporary directory by default. */
  readonly gatewayDirectory?: string
}

/** A forge, the shipped gateway before it with an agent `fixer`, and beside it what the same attack is first shown on. */
export interface AttackWorld {
  readonly upstream: HttpUpstream
  readonly gateway: TestGateway
  readonly password: string
  /** What the gateway guards. */
  readonly widget: HostedRepository
  /** The same content, open to a raw client with the password: what git itself would take. */
  readonly open: HostedRepository
  /** The same content behind a gateway that scans what `git log` shows. */
  readonly scanned: HostedRepository
  readonly naive: NaiveGateway
  readonly token: string
  /** A place for clones. */
  readonly directory: string
  /** The tip of `main` in all three, and its tree. */
  readonly base: { readonly id: string; readonly tree: string }
  /** The three ways of the same push. */
  readonly ways: Readonly<Record<'refward' | 'naive' | 'raw', RawRepository>>
  close(): Promise<void>
}

const LIMITS = 'limits: { agent_per_minute: 1000000, agent_in_flight: 64, in_flight: 200 }'

export async function createAttackWorld(options: WorldOptions = {}): Promise<AttackWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'refward-attack-'))
  // With characters that encodings change, so that a masked raw form alone does not pass for all of them.
  const password = `pw+/${randomBytes(15).toString('base64url')}=?&x`
  const upstream = await startHttpUpstream({ password })
  const [widget, open, scanned] = await Promise.all(['acme/widget', 'acme/open', 'acme/scanned'].map((name) => createWidget(upstream, name)))
  if (widget === undefined || open === undefined || scanned === undefined) throw new Error('three repositories were made')
  const more = options.widget === undefined ? '' : `, ${options.widget}`
  const gateway = await startTestGateway({
    forge: { origin: upstream.origin, user: upstream.user, password },
    config: `repositories:\n  forge/acme/widget: { read: ["*"], push: ["*"]${more} }\n${options.config ?? LIMITS}\n`,
    ...(options.forgeSettings === undefined ? {} : { forgeSettings: options.forgeSettings }),
    ...(options.gatewayDirectory === undefined ? {} : { directory: options.gatewayDirectory }),
  })
  const naive = await startNaiveGateway({ directory, upstreamGitDir: scanned.gitDir, upstreamUrl: scanned.urlWithPassword, secret: PLANTED })
  const token = await gateway.addAgent('fixer', ['forge/acme/widget'])
  const [id = '', tree = ''] = (await widget.git(['rev-parse', 'main', 'main^{tree}'])).split('\n')
  return {
    upstream,
    gateway,
    password,
    widget,
    open,
    scanned,
    naive,
    token,
    directory,
    base: { id, tree },
    ways: {
      get refward() {
        return rawRepository(gateway.url('acme/widget.git', token))
      },
      naive: { origin: naive.origin, path: '' },
      raw: rawRepository(open.urlWithPassword),
    },
    close: async () => {
      await gateway.close()
      await naive.close()
      await upstream.close()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function createWidget(upstream: HttpUpstream, name: string): Promise<HostedRepository> {
  const repository = await upstream.createRepository(name)
  await buildWidget(repository.gitDir)
  return repository
}
