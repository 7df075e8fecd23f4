import { bundleProgram } from './bundle-program.ts'

/** Makes the program behind a sandbox's git. @param outfile its path, absolute; it ends in `.mjs` */
export function bundleGitShim(outfile: string): Promise<void> {
  return bundleProgram('git-main.ts', outfile)
}

/** Makes the program behind a sandbox's gh. @param outfile its path, absolute; it ends in `.mjs` */
export function bundleGhShim(outfile: string): Promise<void> {
  return bundleProgram('gh-main.ts', outfile)
}
