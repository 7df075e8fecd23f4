import { type Command, type CommitFields, type PackEntry, type RawObject, type RawPush, blob, commit, renderPack, tree } from '@refward/testing-raw-git'

/** A push by hand, and what it would bring. */
export interface Offer extends RawPush {
  /** Ids that must be nowhere upstream after a refusal, and are there after the attack has worked. */
  readonly brings: readonly string[]
}

/** What the history of a push stands on. */
export interface Base {
  readonly id: string
  readonly tree: string
}

/** Files of one commit: content, or an object with its mode. */
export type Files = Readonly<Record<string, string | Uint8Array | { readonly mode: string; readonly object: RawObject }>>

export interface MadeCommit {
  readonly id: string
  readonly objects: readonly RawObject[]
}

/** A commit with these files in its top directory, and everything that it needs. */
export function makeCommit(parents: readonly string[], files: Files, fields: Partial<CommitFields> = {}): MadeCommit {
  const entries = Object.entries(files).map(([name, file]) => {
    const { mode, object } = typeof file === 'string' || file instanceof Uint8Array ? { mode: '100644', object: blob(file) } : file
    return { mode, name, object }
  })
  const top = tree(entries.map(({ mode, name, object }) => ({ mode, name, id: object.id })))
  const made = commit({ tree: top.id, parents, ...fields })
  // A submodule's commit is named in a tree and lies elsewhere.
  return { id: made.id, objects: [made, top, ...entries.filter(({ mode }) => mode !== '160000').map(({ object }) => object)] }
}

/** Refs and the objects that go with them, packed as they are. */
export function makeOffer(commands: readonly Command[], objects: readonly RawObject[], more: Partial<RawPush> & { readonly entries?: readonly PackEntry[] } = {}): Offer {
  const { entries = distinct(objects), ...rest } = more
  return { commands, pack: renderPack(entries), brings: distinct(objects).map(({ id }) => id), ...rest }
}

/** One new branch with one commit on top of the base. */
export function offerFiles(base: Base, ref: string, files: Files, fields: Partial<CommitFields> = {}): Offer {
  const { id, objects } = makeCommit([base.id], files, fields)
  return makeOffer([{ ref, newId: id }], objects)
}

function distinct(objects: readonly RawObject[]): readonly RawObject[] {
  return [...new Map(objects.map((object) => [object.id, object])).values()]
}
