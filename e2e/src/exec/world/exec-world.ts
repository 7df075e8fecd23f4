import { randomBytes } from 'node:crypto'
import { access, chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestGateway, startTestGateway } from '@refward/testing-gateway'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildWidget, git } from '@refward/testing-repositories'

export interface ExecAnswer {
  readonly status: number
  readonly body: {
    readonly success: boolean
    readonly request_id: string
    readonly error?: { readonly code: string; readonly hint: string; readonly problems?: readonly { readonly path: string }[] }
    readonly refs?: readonly Readonly<Record<string, string>>[]
    readonly [member: string]: unknown
  }
}

/** A POST to the exec plane, as a sandbox that has no git of its own would send it. */
export async function callExec(origin: string, token: string, path: string, body: object): Promise<ExecAnswer> {
  const response = await fetch(`${origin}/api/v1/git/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as ExecAnswer['body'] }
}

/** The shipped gateway, a forge, and a directory that both the sandbox of `fixer` and the gateway can reach. */
export class ExecWorld {
  readonly gateway: TestGateway
  readonly upstream: HttpUpstream
  readonly password: string
  readonly widget: HostedRepository
  /** Of the session. */
  readonly root: string
  /** Beside the root: of nobody's session. */
  readonly outside: string
  readonly token: string
  readonly #base: string
  #trees = 0

  private constructor(parts: Pick<ExecWorld, 'gateway' | 'upstream' | 'password' | 'widget' | 'root' | 'outside' | 'token'> & { readonly base: string }) {
    this.gateway = parts.gateway
    this.upstream = parts.upstream
    this.password = parts.password
    this.widget = parts.widget
    this.root = parts.root
    this.outside = parts.outside
    this.token = parts.token
    this.#base = parts.base
  }

  static async create(rules = ''): Promise<ExecWorld> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'refward-exec-')))
    const [root, outside] = [join(base, 'root'), join(base, 'outside')]
    await mkdir(root)
    await mkdir(outside)
    const password = `pw+/${randomBytes(15).toString('base64url')}=?&x`
    const upstream = await startHttpUpstream({ password })
    const widget = await upstream.createRepository('acme/widget')
    await buildWidget(widget.gitDir)
    const gateway = await startTestGateway({
      forge: { origin: upstream.origin, user: upstream.user, password },
      config: `repositories:\n  forge/acme/widget: { read: ["*"], push: ["*"]${rules} }\nlimits: { agent_per_minute: 1000000 }\n`,
    })
    await gateway.addAgent('fixer', ['forge/acme/widget'])
    const made = await gateway.operator('session', 'add', 'fixer', '--root', `forge/acme/widget=${root}`, '--json')
    const { token } = JSON.parse(made) as { readonly token: string }
    return new ExecWorld({ gateway, upstream, password, widget, root, outside, token, base })
  }

  /** A new work tree of the widget beneath the root, in the hands of the agent. */
  async clone(): Promise<string> {
    const tree = join(this.root, `tree-${(this.#trees += 1)}`)
    await git(['clone', '-q', this.widget.urlWithPassword, tree])
    await git(['remote', 'set-url', 'origin', this.widget.url], { cwd: tree })
    return tree
  }

  call(path: string, body: object, token: string = this.token): Promise<ExecAnswer> {
    return callExec(this.gateway.origin, token, path, body)
  }

  push(tree: string, refspecs: readonly string[], more: object = {}): Promise<ExecAnswer> {
    return this.call('push', { repo_path: tree, refspecs, ...more })
  }

  /** What a refusal must leave as it was. */
  async state(): Promise<{ readonly refs: ReadonlyMap<string, string>; readonly quarantine: readonly string[]; readonly objects: string }> {
    const objects = await this.widget.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])
    return { refs: await this.widget.refs(), quarantine: await this.gateway.quarantine(), objects }
  }

  /** A program that leaves a mark when anybody runs it. */
  async createTrap(name: string): Promise<Trap> {
    const mark = join(this.#base, `${name}.ran`)
    const script = join(this.#base, `${name}.sh`)
    await writeFile(script, `#!/bin/sh\necho "$0 $*" >> '${mark}'\nexit 1\n`)
    await chmod(script, 0o755)
    const sprung = (): Promise<boolean> => access(mark).then(() => true, () => false)
    return { script, sprung, reset: () => rm(mark, { force: true }) }
  }

  async close(): Promise<void> {
    await this.gateway.close()
    await this.upstream.close()
    await rm(this.#base, { recursive: true, force: true, maxRetries: 5 })
  }
}

export interface Trap {
  readonly script: string
  sprung(): Promise<boolean>
  reset(): Promise<void>
}

/** Writes files into a work tree and commits them. @returns the id of the commit. */
export async function commitIn(tree: string, files: Readonly<Record<string, string>>, message = 'change'): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(tree, name, '..'), { recursive: true })
    await writeFile(join(tree, name), text)
  }
  await git(['add', '--all'], { cwd: tree })
  await git(['commit', '-q', '--allow-empty', '-m', message], { cwd: tree })
  return git(['rev-parse', 'HEAD'], { cwd: tree })
}
