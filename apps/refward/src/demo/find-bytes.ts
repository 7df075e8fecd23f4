import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface Search {
  readonly files: number
  /** Files that hold one of the needles. */
  readonly hits: readonly string[]
}

/** Looks for texts in every file beneath a directory, raw and in base64. */
export async function findBytes(directory: string, needles: readonly string[]): Promise<Search> {
  const forms = needles.flatMap((needle) => [needle, Buffer.from(needle).toString('base64').replace(/=+$/, '').slice(0, -1)])
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hits: string[] = []
  for (const file of files) {
    const bytes = await readFile(file)
    if (forms.some((form) => bytes.includes(form))) hits.push(file)
  }
  return { files: files.length, hits }
}
