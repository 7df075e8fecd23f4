import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId, ZeroId } from '../ids/object-id.ts'

/** One ref of an upstream's listing. Names are as the forge wrote them; ids have been parsed. */
export interface ListedRef {
  readonly name: string
  readonly id: ObjectId
}

/** The upstream's refs at the moment of the decision, ready to be asked about names that fold into each other. */
export interface RefIndex {
  /** The upstream's value of a ref: the only old value that a decision believes. */
  idOf(name: string): ObjectId | ZeroId
  /** The ref of this name, or one whose name differs only by case. */
  anyCase(name: string): string | undefined
  /** Another ref whose name differs only by case. */
  otherCase(name: string): string | undefined
  /** A ref that is above or below this name as a directory, case folded. */
  inTheWay(name: string): string | undefined
  readonly hasBranches: boolean
}

/** Indexes a listing once, in time and memory linear in its size, so that each decision costs only what it asks. */
export function indexRefs(refs: Iterable<ListedRef>): RefIndex {
  const ids = new Map<string, ObjectId>()
  const folded = new Map<string, string[]>()
  const directories = new Map<string, string>()
  let hasBranches = false
  for (const { name, id } of refs) {
    ids.set(name, id)
    hasBranches ||= name.startsWith('refs/heads/')
    const key = foldRef(name)
    const same = folded.get(key)
    if (same === undefined) folded.set(key, [name])
    else same.push(name)
    for (const directory of directoriesOf(key)) directories.set(directory, name)
  }
  return {
    hasBranches,
    idOf: (name) => ids.get(name) ?? ZERO_ID,
    anyCase: (name) => folded.get(foldRef(name))?.[0],
    otherCase: (name) => folded.get(foldRef(name))?.find((other) => other !== name),
    inTheWay: (name) => {
      const key = foldRef(name)
      for (const directory of directoriesOf(key)) {
        const above = folded.get(directory)?.[0]
        if (above !== undefined) return above
      }
      return directories.get(key)
    },
  }
}

/** How a file system that ignores case compares names. Pushed names are ASCII; listed ones may not be, and fold as far as JavaScript knows. */
export function foldRef(name: string): string {
  return name.toLowerCase()
}

/** `refs/heads/a`, for `refs/heads/a/b`; not `refs` and `refs/heads`, which are directories in every repository. */
export function* directoriesOf(name: string): Generator<string> {
  for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
    const directory = name.slice(0, slash)
    if (!directory.includes('/')) return
    yield directory
  }
}
