import type { TestGateway } from '@refward/testing-gateway'
import type { AuditLine } from '@refward/testing-gateway'

/** What the gateway answers to a command line of gh. */
export interface GhSeen {
  readonly status: number
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly code: string | undefined
  /** Everything that was answered, as it came. */
  readonly text: string
}

export interface GhWhere {
  readonly repo?: string
  readonly branch?: string
  readonly stdin?: string
  readonly tty?: boolean
}

/** What the gh of a sandbox does: it sends its arguments, and shows what comes back. */
export class GhClient {
  readonly screen: string[] = []
  readonly #gateway: TestGateway
  readonly #token: string
  readonly #where: GhWhere

  constructor(gateway: TestGateway, token: string, where: GhWhere) {
    this.#gateway = gateway
    this.#token = token
    this.#where = where
  }

  async gh(args: readonly string[], where: GhWhere = {}): Promise<GhSeen> {
    const { repo, branch, stdin, tty } = { ...this.#where, ...where }
    const optional = { repo, cwd_branch: branch, stdin, tty }
    const answer = await this.post('/api/v1/gh/execute', JSON.stringify({ args, ...optional }))
    const { exit_code: exitCode, stdout = '', stderr = '', error } = JSON.parse(answer.text) as { exit_code: number; stdout?: string; stderr?: string; error?: { code: string } }
    return { status: answer.status, exitCode, stdout, stderr, code: error?.code, text: answer.text }
  }

  /** A body as it is, with the session's token. */
  async post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await fetch(`${this.#gateway.origin}${path}`, { method: 'POST', headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', ...headers }, body })
    const text = await answer.text()
    this.screen.push(text)
    return { status: answer.status, text }
  }
}

/** One deed on the forge, in the audit: `permit pull.create done`, `deny pull.merge RW_FORGE_DENIED`. */
export function readDeeds(lines: readonly AuditLine[]): readonly string[] {
  const ends = new Map(lines.filter(({ kind }) => kind === 'finished').map((line) => [line['decision'], line]))
  return lines.filter((line) => line.kind === 'decided' && line['operation'] === 'forge-write').map((line) => {
    const { result = 'open', code } = (ends.get(line['decision']) ?? {}) as { readonly result?: string; readonly code?: string }
    const { outcome, action, codes } = line as unknown as { readonly outcome: string; readonly action: string; readonly codes: readonly string[] }
    const rest = outcome === 'deny' ? codes : [result, ...(code === undefined ? [] : [code])]
    return [outcome, action, ...rest].join(' ')
  })
}
