import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleGhShim, bundleGitShim } from '@refward/git-shim'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
await rm(`${here}dist`, { recursive: true, force: true })

// One program from the sources of all packages. Commands are chunks of their own, loaded when they run, so that `refward --version` does
// not read a web server; the scanner's threads have an entry of their own, so that its rules are never in the memory of the gateway.
await build({
  absWorkingDir: here,
  entryPoints: {
    main: 'src/main.ts',
    'workers/scan-worker': '../../packages/secret-scan/src/workers/scan-worker.ts',
    'launcher/launcher-main': '../../packages/git-engine/src/process/launcher/launcher-main.ts',
  },
  outdir: 'dist',
  // Beside the program: code that finds its worker by its own address finds it from a chunk too.
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  conditions: ['refward-source'],
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  legalComments: 'linked',
  // Packages in CommonJS ask for built-in modules with require, which a module does not have.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
})

// Beyond ASCII there are only comments left (esbuild escapes the rest), and a single such character makes V8 hold its whole file with two
// bytes a character for as long as the gateway runs: 3 MB of memory for the name of one author, whose notice is in LEGAL.txt.
for (const name of await readdir(`${here}dist`)) {
  if (!name.endsWith('.js')) continue
  const text = await readFile(`${here}dist/${name}`, 'utf8')
  await writeFile(`${here}dist/${name}`, text.replaceAll(/[^\0-\x7f]/g, '?'))
}

// What `refward shim` hands out: for a sandbox, with none of the gateway's code in it.
await bundleGitShim(`${here}dist/git-shim.mjs`)
await bundleGhShim(`${here}dist/gh-shim.mjs`)
