import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { git, tryGit } from '@refward/testing-repositories'

export interface NaiveGatewayOptions {
  /** Empty; the gateway's own repository is made in it. */
  readonly directory: string
  /** The upstream on disk, for its objects and refs. */
  readonly upstreamGitDir: string
  /** With user and password. */
  readonly upstreamUrl: string
  /** What must not go upstream. */
  readonly secret: RegExp
}

export interface NaiveGateway {
  readonly origin: string
  /** Its own repository. */
  readonly gitDir: string
  close(): Promise<void>
}

const COMMAND = /^[0-9a-f]{4}([0-9a-f]{40}) ([0-9a-f]{40}) (refs\/[^\0\n]+)/

/**
 * The gateway that one writes first: it reads the first command, has git unpack what comes behind the first `PACK`, scans what
 * `git log -p old..new` shows with the old id that the client says, and forwards the client's own bytes. Every attack that gets
 * through here and not through Refward is shown to be one.
 */
export async function startNaiveGateway(options: NaiveGatewayOptions): Promise<NaiveGateway> {
  const staging = join(options.directory, 'staging.git')
  await git(['clone', '-q', '--bare', '--shared', options.upstreamGitDir, staging])
  const server = createServer((request, response) => {
    receive(request, staging, options).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/x-git-receive-pack-result' }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gitDir: staging,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: Buffer | string
}

async function receive(request: IncomingMessage, staging: string, { upstreamUrl, secret }: NaiveGatewayOptions): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const [, oldId = '', newId = ''] = COMMAND.exec(body.toString('latin1')) ?? []
  await tryGit(['--git-dir', staging, 'unpack-objects', '-q'], { input: body.subarray(body.indexOf('PACK')) })
  const range = /^0+$/.test(oldId) ? [newId, '--not', '--all'] : [`${oldId}..${newId}`]
  const { stdout } = await tryGit(['--git-dir', staging, 'log', '-p', '--format=%H %s', ...range])
  if (secret.test(stdout)) return { status: 403, body: 'a secret was found' }
  const { href, username, password } = new URL(`${upstreamUrl}/git-receive-pack`)
  const authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/x-git-receive-pack-request' }
  const answer = await fetch(href.replace(/\/\/[^@/]*@/, '//'), { method: 'POST', headers, body })
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
}
