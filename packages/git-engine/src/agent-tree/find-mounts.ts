import { readFile } from 'node:fs/promises'

/** Where a line of /proc/self/mountinfo says that something is mounted (proc(5)). */
const PLACE = 4

/** Places beneath a directory where something is mounted, files included. @param path without symbolic links. */
export async function findMounts(path: string): Promise<readonly string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')
  return lines.map((line) => unescapePlace(line.split(' ')[PLACE] ?? '')).filter((place) => place.startsWith(`${path}/`))
}

/** The kernel writes spaces, tabs, line ends and backslashes as octal numbers. */
function unescapePlace(place: string): string {
  return place.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
