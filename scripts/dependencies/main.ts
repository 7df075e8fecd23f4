import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolders } from '../bootstrap/workspace.mjs'
import { findProblems } from './find-problems.ts'
import { readManifest } from './manifest.ts'
import { renderPage } from './render-page.ts'

// Checks that every run-time dependency has a reason; with --write, also writes the page that lists them.
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const page = join(root, 'docs', 'reference', 'dependencies.md')

const shipped = packageFolders(root).filter((folder) => /^(?:packages|apps)\//.test(folder))
const manifests = shipped.map((folder) => readManifest(root, folder))
const problems = [...findProblems(manifests)]
const text = renderPage(manifests)

if (process.argv.includes('--write')) {
  mkdirSync(dirname(page), { recursive: true })
  writeFileSync(page, text)
} else if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
  problems.push('docs/reference/dependencies.md is stale: run `pnpm run dependencies`')
}

for (const problem of problems) process.stdout.write(`${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
