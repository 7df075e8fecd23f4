import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

/** Makes the one file that a sandbox is given. @param outfile its path, absolute; it ends in `.mjs`, or Node.js would look for a package.json. */
export async function bundleGitShim(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('git-main.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['refward-source'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
}
