import { join } from 'node:path'
import { createAuthority } from '@refward/testing-http-upstream'
import { serverAccount } from './account.ts'
import { type GiteaPlaces, originOf, renderAppIni } from './app-ini.ts'
import { findGiteaFolder } from './find-gitea.ts'
import { findFreePort } from './free-port.ts'
import { type GiteaApi, createApi, isHealthy } from './gitea-api.ts'
import { type GiteaFolder, createGiteaFolder } from './gitea-folder.ts'
import { type GiteaProgram, runGitea } from './gitea-process.ts'
import { type GiteaServer, startServer } from './gitea-server.ts'
import { type GiteaRepository, type NewRepository, createRepository, describeRepository } from './repository.ts'
import { type GiteaUser, type TokenScope, createOrganization, createToken, createUser } from './users.ts'

export interface GiteaOptions {
  /** Serve HTTPS with a certificate of an authority made for this server. False by default. */
  readonly tls?: boolean
  /** Serve SSH too, by Gitea's own server. False by default. */
  readonly ssh?: boolean
}

/** A real Gitea on loopback, with one administrator. */
export interface Gitea {
  /** `http://127.0.0.1:4711` */
  readonly origin: string
  readonly sshPort: number | undefined
  /** PEM of the authority that signed its certificate; undefined for plain HTTP. */
  readonly ca: string | undefined
  readonly admin: GiteaUser
  /** The REST API, as the administrator unless a call says otherwise. */
  readonly api: GiteaApi
  createUser(name: string): Promise<GiteaUser>
  createOrganization(name: string): Promise<void>
  /** A token serves as password for git, too. */
  createToken(user: GiteaUser, scopes: readonly TokenScope[]): Promise<string>
  createRepository(options: NewRepository): Promise<GiteaRepository>
  /** One that is there already, for example after its owner was renamed. */
  repository(owner: string, name: string): GiteaRepository
  /** What the server has printed since it was last started: warnings and errors. */
  log(): string
  /** Ends the server at once, in the middle of whatever it does, and keeps what it has on disk. */
  crash(): Promise<void>
  /** Starts it again after `crash`, at the same address. */
  resume(): Promise<void>
  /** Ends the server and removes everything it had. */
  stop(): Promise<void>
}

const admin: GiteaUser = { name: 'gitea-admin', password: 'password-of-gitea-admin' }

/** Starts a Gitea of its own for a test file. It costs two to three seconds, so share it among the tests of a file. */
export async function startGitea(options: GiteaOptions = {}): Promise<Gitea> {
  const account = serverAccount()
  const folder = await createGiteaFolder(findGiteaFolder(process.env), account)
  try {
    const { places, ca } = await configure(folder, options)
    const program: GiteaProgram = { program: join(folder.program, 'gitea'), config: folder.config, home: folder.data, account }
    const token = await prepareDatabase(program)
    const origin = originOf(places)
    const start = (): Promise<GiteaServer> => startServer(program, () => isHealthy({ origin, ca }))
    let server = await start()
    const api = createApi({ origin, token, ca })
    const context = { api, origin, account, folder: join(folder.data, 'data', 'gitea-repositories') }
    return {
      origin,
      sshPort: places.sshPort,
      ca,
      admin,
      api,
      createUser: (name) => createUser(api, name),
      createOrganization: (name) => createOrganization(api, admin.name, name),
      createToken: (user, scopes) => createToken(api, user, scopes),
      createRepository: (repository) => createRepository(context, repository),
      repository: (owner, name) => describeRepository(context, owner, name),
      log: () => server.log(),
      crash: () => server.kill(),
      resume: async () => {
        server = await start()
      },
      stop: async () => {
        await server.stop()
        await folder.remove()
      },
    }
  } catch (error) {
    await folder.remove()
    throw error
  }
}

async function configure(folder: GiteaFolder, { tls = false, ssh = false }: GiteaOptions): Promise<{ places: GiteaPlaces; ca: string | undefined }> {
  const authority = tls ? createAuthority() : undefined
  const places: GiteaPlaces = {
    data: folder.data,
    program: folder.program,
    httpPort: await findFreePort(),
    sshPort: ssh ? await findFreePort() : undefined,
    tls: authority === undefined ? undefined : await folder.writeCertificate(authority.issue()),
  }
  await folder.writeConfig(renderAppIni(places))
  return { places, ca: authority?.certificate }
}

/** Makes the tables and the administrator, and answers with a token of hers. */
async function prepareDatabase(program: GiteaProgram): Promise<string> {
  await runGitea(program, ['migrate'])
  const identity = ['--username', admin.name, '--password', admin.password, '--email', 'admin@example.com']
  await runGitea(program, ['admin', 'user', 'create', '--admin', '--must-change-password=false', ...identity])
  return runGitea(program, ['admin', 'user', 'generate-access-token', '--username', admin.name, '--scopes', 'all', '--raw'])
}
