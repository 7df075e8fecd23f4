import { DELIMITER, FLUSH, pkt } from './pkt-line.ts'

/** A request of protocol v2: a command and its arguments, any of them. */
export function renderV2(command: string, args: readonly string[], capabilities: readonly string[] = ['object-format=sha1']): Buffer {
  return Buffer.concat([pkt(`command=${command}\n`), ...capabilities.map((text) => pkt(`${text}\n`)), DELIMITER, ...args.map((text) => pkt(`${text}\n`)), FLUSH])
}

/** A request of protocol v0 or v1: wants with capabilities behind the first, depth lines, a flush, then haves. */
export function renderV0({ wants, depth = [], haves = [], capabilities = 'side-band-64k ofs-delta no-progress' }: V0Request): Buffer {
  const wanted = wants.map((id, index) => pkt(`want ${id}${index === 0 ? ` ${capabilities}` : ''}\n`))
  return Buffer.concat([...wanted, ...depth.map((text) => pkt(`${text}\n`)), FLUSH, ...haves.map((id) => pkt(`have ${id}\n`)), pkt('done\n')])
}

export interface V0Request {
  readonly wants: readonly string[]
  /** `shallow …`, `deepen …`, `filter …`. */
  readonly depth?: readonly string[]
  readonly haves?: readonly string[]
  readonly capabilities?: string
}
