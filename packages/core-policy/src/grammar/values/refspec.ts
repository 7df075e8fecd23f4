import type { ObjectId } from '../../ids/object-id.ts'

/** What a refspec takes its value from. A `ref` is full or to be completed by git; only a push has a `revision`. */
export type RefSource =
  | { readonly kind: 'head' }
  | { readonly kind: 'object'; readonly id: ObjectId }
  | { readonly kind: 'ref'; readonly name: string }
  | { readonly kind: 'revision'; readonly text: string }

/** A refspec, taken apart. Names are full, or to be completed by git (`main`). */
export type Refspec =
  | { readonly kind: 'update'; readonly force: boolean; readonly source: RefSource; readonly destination?: string }
  /** One `*` on each side. */
  | { readonly kind: 'pattern'; readonly force: boolean; readonly source: string; readonly destination?: string }
  /** `^refs/heads/x`: what the others match, but not this. */
  | { readonly kind: 'negative'; readonly source: string }
  /** `:x` of a push. */
  | { readonly kind: 'delete'; readonly force: boolean; readonly destination: string }
  /** `:` of a push: every branch that exists on both sides. */
  | { readonly kind: 'matching'; readonly force: boolean }

/** Its normal form. */
export function renderRefspec(refspec: Refspec): string {
  if (refspec.kind === 'negative') return `^${refspec.source}`
  return `${refspec.force ? '+' : ''}${renderSides(refspec)}`
}

function renderSides(refspec: Exclude<Refspec, { kind: 'negative' }>): string {
  if (refspec.kind === 'matching') return ':'
  if (refspec.kind === 'delete') return `:${refspec.destination}`
  const source = refspec.kind === 'pattern' ? refspec.source : renderSource(refspec.source)
  return refspec.destination === undefined ? source : `${source}:${refspec.destination}`
}

function renderSource(source: RefSource): string {
  if (source.kind === 'head') return 'HEAD'
  if (source.kind === 'object') return source.id
  return source.kind === 'ref' ? source.name : source.text
}
