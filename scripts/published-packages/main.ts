import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolders } from '../bootstrap/workspace.mjs'
import { runCommand } from '../test/run-command.ts'

// Builds every package that is published, and looks at each as someone who installs it would.
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
process.chdir(root)

const folders = packageFolders(root).filter((folder) => folder.startsWith('packages/') && isPublished(folder))
const commands = [
  ['turbo', 'run', 'build', '--filter=./packages/*', '--output-logs=errors-only'],
  ...folders.flatMap((folder) => [
    ['publint', folder, '--strict'],
    ['attw', '--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--quiet'],
  ]),
]

const failed: string[] = []
for (const [command = '', ...argv] of commands) {
  if ((await runCommand({ command, argv, minutes: 5 })) === 0) continue
  failed.push([command, ...argv].join(' '))
  if (command === 'turbo') break // there is nothing to look at
}
for (const line of failed) process.stdout.write(`failed: ${line}\n`)
process.exitCode = failed.length === 0 ? 0 : 1

function isPublished(folder: string): boolean {
  const manifest: unknown = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return !(typeof manifest === 'object' && manifest !== null && 'private' in manifest && manifest.private === true)
}
