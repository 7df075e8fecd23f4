import type { Lease } from '@refward/key-provision'

/** Who asks, with which credential, and what for. */
export interface ApiCall {
  readonly lease: Lease
  readonly signal: AbortSignal
  /** Fit to stand behind "while" and "refused": `opening a pull request`. */
  readonly action: string
  /** What a 404 is about: `pull request #12`. */
  readonly what: string
}

export type Query = Readonly<Record<string, string | number | undefined>>

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined }

/** Something that is sent to change the other side. */
export interface ApiWrite {
  readonly method: 'POST' | 'PATCH' | 'PUT'
  /** Beneath the API's address. */
  readonly path: string
  readonly body: { readonly [name: string]: JsonValue | undefined }
}
