import type { Operation, RequestRecord } from './request-log.ts'

/** Which requests a fault hits; what is left out matches everything. */
export interface FaultMatch {
  readonly operation?: Operation
  readonly service?: 'git-upload-pack' | 'git-receive-pack'
  /** `acme/widget.git` */
  readonly repository?: string
}

/** What goes wrong, as data. Byte counts are of the answer's body, unless they say otherwise. */
export type Fault =
  /** The true answer, later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The true answer in small pieces, for as long as that takes. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly milliseconds: number }
  /** The answer stops, the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** The connection is reset, with 0 before any header. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** The answer ends early, but as a well-formed HTTP body. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** The backend does its work to the end; nobody hears of it. */
  | { readonly kind: 'lost-answer' }
  /** The connection is reset when so much of the request's body has been read. The backend sees an early end. */
  | { readonly kind: 'reset-upload'; readonly afterBytes: number }
  /** The rest of the request's body is never read, and nothing is answered. */
  | { readonly kind: 'stall-upload'; readonly afterBytes: number }
  /** The request is taken and never answered. */
  | { readonly kind: 'half-open' }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** Any bytes, with the content type that the client waits for. */
  | { readonly kind: 'nonsense'; readonly body: string | Uint8Array }
  /** A repeated body that never ends; `first` comes once before it. */
  | { readonly kind: 'endless'; readonly first?: string | Uint8Array; readonly chunk: string | Uint8Array }
  /** The true body under another content type. */
  | { readonly kind: 'content-type'; readonly contentType: string }
  /** The true body, compressed. */
  | { readonly kind: 'encoding'; readonly encoding: 'gzip' | 'br' | 'deflate' }
  /** A small gzip body that grows to so many zero bytes. */
  | { readonly kind: 'gzip-bomb'; readonly decodedBytes: number }

export interface PlannedFault {
  readonly fault: Fault
  readonly match: FaultMatch
  left: number
}

/** The first planned fault for this request, used up by one. */
export function takeFault(planned: readonly PlannedFault[], record: RequestRecord): Fault | undefined {
  const found = planned.find((plan) => plan.left > 0 && matches(plan.match, record))
  if (found === undefined) return undefined
  found.left -= 1
  return found.fault
}

function matches(match: FaultMatch, record: RequestRecord): boolean {
  return (
    (match.operation === undefined || match.operation === record.operation) &&
    (match.service === undefined || match.service === record.service) &&
    (match.repository === undefined || match.repository === record.repository)
  )
}
