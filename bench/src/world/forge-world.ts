import { join } from 'node:path'
import { type Gitea, basicAuthorization, startGitea } from '@refward/testing-gitea'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'

/** A real Gitea with one pull request, and a gateway of its own in front of it. */
export interface ForgeWorld {
  readonly gateway: GatewayProcess
  /** The repository as people clone it. */
  readonly url: string
  /** The pull request as the forge's own API has it, over a kept connection. */
  askDirect(): Promise<unknown>
  /** A command line of gh, as the gh of a sandbox sends it. */
  gh(...args: readonly string[]): Promise<unknown>
  stop(): Promise<void>
}

const OWNER = 'acme'
const BOT = 'refward'

export async function startForgeWorld(directory: string): Promise<ForgeWorld> {
  const gitea = await startGitea({ tls: false })
  try {
    const credential = await preparePull(gitea)
    const gateway = await startGatewayProcess(join(directory, 'forge-gateway'), { kind: 'gitea', origin: gitea.origin, user: BOT, password: credential })
    return createWorld(gitea, gateway, credential)
  } catch (error) {
    await gitea.stop()
    throw error
  }
}

async function preparePull(gitea: Gitea): Promise<string> {
  await gitea.createUser(OWNER)
  const bot = await gitea.createUser(BOT)
  const repository = await gitea.createRepository({ owner: OWNER, name: 'widget', hasCommit: true, isPrivate: true })
  await repository.addCollaborator(BOT, 'write')
  const path = `/repos/${OWNER}/widget`
  const content = Buffer.from('news\n').toString('base64')
  await gitea.api.call({ method: 'POST', path: `${path}/contents/news.md`, body: { branch: 'main', new_branch: 'topic', content, message: 'write news' } })
  await gitea.api.call({ method: 'POST', path: `${path}/pulls`, body: { title: 'news', body: 'Some news.', head: 'topic', base: 'main' } })
  return gitea.createToken(bot, ['write:repository', 'write:issue'])
}

function createWorld(gitea: Gitea, gateway: GatewayProcess, credential: string): ForgeWorld {
  const authorization = basicAuthorization(BOT, credential)
  return {
    gateway,
    url: `${gitea.origin}/${OWNER}/widget`,
    askDirect: () => readJson(fetch(`${gitea.origin}/api/v1/repos/${OWNER}/widget/pulls/1`, { headers: { authorization } })),
    gh: (...args) => readJson(fetch(`${gateway.origin}/api/v1/gh/execute`, { method: 'POST', headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ args, repo: `bench/${OWNER}/widget` }) })),
    stop: async () => {
      await gateway.stop()
      await gitea.stop()
    },
  }
}

/** A slow answer is a figure; a refused one is none. */
async function readJson(asked: Promise<Response>): Promise<unknown> {
  const answer = await asked
  if (!answer.ok) throw new Error(`status ${answer.status}: ${await answer.text()}`)
  return answer.json()
}
