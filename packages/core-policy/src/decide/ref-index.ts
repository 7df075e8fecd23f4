import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId, ZeroId } from '../ids/object-id.ts'

/** One ref of an upstream's listing. Names are as the forge wrote them; ids have been parsed. */
export interface ListedRef {
  readonly name: string
  readonly id: ObjectId
  /** For a symbolic ref, the ref behind it. */
  readonly symrefTarget?: string
}

/** The upstream's refs at the moment of the decision, ready to be asked about names that fold into each other. */
export interface RefIndex {
  /** The upstream's value of a ref: the only old value that a decision believes. */
  idOf(name: string): ObjectId | ZeroId
  /** Whether the upstream says that this ref is a symbolic one. */
  isSymbolic(name: string): boolean
  /** The ref of this name, or one whose name differs only by case. */
  anyCase(name: string): string | undefined
  /** Another ref whose name differs only by case. */
  otherCase(name: string): string | undefined
  /** A ref that is above or below this name as a directory, case folded. */
  inTheWay(name: string): string | undefined
  readonly hasBranches: boolean
}

/** A ref, and the others whose names differ from it only by case. */
interface Entry {
  readonly name: string
  readonly id: ObjectId
  readonly next: Entry | undefined
}

/** Indexes a listing once, in time and memory linear in its size, so that each decision costs only what it asks. */
export function indexRefs(refs: Iterable<ListedRef>): RefIndex {
  const entries = new Map<string, Entry>()
  const directories = new Map<string, string>()
  const symbolic = new Set<string>()
  let hasBranches = false
  for (const { name, id, symrefTarget } of refs) {
    const key = foldRef(name)
    if (symrefTarget !== undefined) symbolic.add(name)
    entries.set(key, { name, id, next: entries.get(key) })
    hasBranches ||= name.startsWith('refs/heads/')
    addDirectories(directories, key, name)
  }
  return {
    hasBranches,
    idOf: (name) => findEntry(entries.get(foldRef(name)), (entry) => entry.name === name)?.id ?? ZERO_ID,
    isSymbolic: (name) => symbolic.has(name),
    anyCase: (name) => entries.get(foldRef(name))?.name,
    otherCase: (name) => findEntry(entries.get(foldRef(name)), (entry) => entry.name !== name)?.name,
    inTheWay: (name) => {
      const key = foldRef(name)
      for (const directory of directoriesOf(key)) {
        const above = entries.get(directory)
        if (above !== undefined) return above.name
      }
      return directories.get(key)
    },
  }
}

function findEntry(first: Entry | undefined, matches: (entry: Entry) => boolean): Entry | undefined {
  let entry = first
  while (entry !== undefined && !matches(entry)) entry = entry.next
  return entry
}

/** Listings are sorted, so that mostly the next name lies in a directory that is known, and so are all above it. */
function addDirectories(directories: Map<string, string>, key: string, name: string): void {
  for (let slash = key.lastIndexOf('/'); slash > 'refs'.length; slash = key.lastIndexOf('/', slash - 1)) {
    const directory = key.slice(0, slash)
    if (directories.has(directory)) return
    directories.set(directory, name)
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
