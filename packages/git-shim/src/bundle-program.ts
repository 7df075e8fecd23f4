import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

/** Makes one file of a program of this package and all that it needs. @param outfile its path, absolute; it ends in `.mjs`, or Node.js would look for a package.json. */
export async function bundleProgram(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
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
