export interface GiteaPlaces {
  /** Folder that the server may write. */
  readonly data: string
  /** Folder with its program and templates. */
  readonly program: string
  readonly httpPort: number
  /** Undefined: no SSH. */
  readonly sshPort: number | undefined
  /** Files of certificate and key; undefined: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

type Section = Readonly<Record<string, string | number | boolean>>

/** The server's configuration: everything on loopback, nothing that calls out, nothing that runs on a timer. */
export function renderAppIni(places: GiteaPlaces): string {
  const { data, program, httpPort, sshPort, tls } = places
  const sections: Readonly<Record<string, Section>> = {
    '': { APP_NAME: 'Gitea under test', RUN_MODE: 'prod', WORK_PATH: data },
    server: {
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: httpPort,
      DOMAIN: '127.0.0.1',
      ROOT_URL: `${originOf(places)}/`,
      STATIC_ROOT_PATH: program,
      OFFLINE_MODE: true,
      LFS_START_SERVER: true,
      PROTOCOL: tls === undefined ? 'http' : 'https',
      ...(tls === undefined ? {} : { CERT_FILE: tls.cert, KEY_FILE: tls.key }),
      ...(sshPort === undefined
        ? { DISABLE_SSH: true }
        : { START_SSH_SERVER: true, SSH_DOMAIN: '127.0.0.1', SSH_LISTEN_HOST: '127.0.0.1', SSH_PORT: sshPort, SSH_LISTEN_PORT: sshPort }),
    },
    database: { DB_TYPE: 'sqlite3', PATH: `${data}/gitea.db` },
    // Cheap on purpose: every password of a test is checked on every request that carries one.
    security: { INSTALL_LOCK: true, PASSWORD_HASH_ALGO: 'pbkdf2$1$8', DISABLE_GIT_HOOKS: true },
    service: { DISABLE_REGISTRATION: true },
    repository: { DEFAULT_BRANCH: 'main', ENABLE_PUSH_CREATE_USER: false },
    cron: { ENABLED: false },
    // Runs can be listed; without a runner none ever starts.
    actions: { ENABLED: true, DEFAULT_ACTIONS_URL: 'self' },
    packages: { ENABLED: false },
    indexer: { ISSUE_INDEXER_TYPE: 'db' },
    mailer: { ENABLED: false },
    log: { MODE: 'console', LEVEL: 'Warn' },
  }
  return Object.entries(sections).map(([name, section]) => renderSection(name, section)).join('\n')
}

export function originOf({ httpPort, tls }: GiteaPlaces): string {
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${httpPort}`
}

function renderSection(name: string, section: Section): string {
  const lines = Object.entries(section).map(([key, value]) => `${key} = ${String(value)}\n`)
  return `${name === '' ? '' : `[${name}]\n`}${lines.join('')}`
}
