import { quoteShellWord } from '../shell-text.ts'

/** Where things are in the sandbox; absolute paths, which are never searched for. */
export interface FrontPaths {
  /** The git that does the work. Never the place of a front itself. */
  readonly git: string
  /** Node.js. */
  readonly node: string
  /** The bundled program that the front calls. */
  readonly program: string
}

/** The same as words of a shell. @throws RangeError when a path is not absolute, or git is one of the others */
export function quotePaths({ git, node, program }: FrontPaths): FrontPaths {
  for (const path of [git, node, program]) {
    // A relative one, or a bare name, would be looked for where the agent happens to be, or on a PATH that leads here again.
    if (!path.startsWith('/')) throw new RangeError(`${JSON.stringify(path)} is not an absolute path`)
  }
  if (git === node || git === program) throw new RangeError('git cannot be at the place of another program')
  return { git: quoteShellWord(git), node: quoteShellWord(node), program: quoteShellWord(program) }
}
