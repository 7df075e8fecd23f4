import { join } from 'node:path'
import { Problem, problemFromOutput } from '../bootstrap/problem.mjs'
import { runCaptured } from '../bootstrap/run.mjs'
import { buildOnce, versionFolder } from './build-once.ts'
import { cacheFolder } from './cache-folder.ts'
import { findOnPath, isExecutable } from './find-on-path.ts'
import { findGo, runGo } from './go.ts'
import type { Program } from './program.ts'

const name = 'gitea'
const version = '1.26.1'
/** What its server reads at run time: templates and translations. It has no web pages, which API, git and SSH do not need. */
const staticFolders = ['templates', 'options', 'public']

/** The real forge of the end-to-end tests, built from its Go module. */
export const gitea: Program = {
  name,
  version,
  remedy: 'install Go 1.26 or newer and gcc, then run: npm run gitea',
  find: () => (isExecutable(program()) ? program() : undefined),
  lacks: () => [
    ...(findGo(process.env) === undefined ? ['Go'] : []),
    ...(findOnPath('gcc', process.env['PATH'] ?? '') === undefined ? ['gcc'] : []),
  ],
  provide: async () => {
    await buildOnce({ folder: folder(), title: `Gitea ${version} (about four minutes, once)`, build })
    return program()
  },
}

function folder(): string {
  return versionFolder(cacheFolder(process.env), { name, version })
}

function program(): string {
  return join(folder(), 'gitea')
}

/** `go install` refuses modules with replace directives, which Gitea has; a build inside the downloaded module does not. */
async function build(aside: string): Promise<void> {
  const module = moduleFolder(await runGo(aside, ['mod', 'download', '-json', `code.gitea.io/gitea@v${version}`]))
  const tags = 'sqlite sqlite_unlock_notify'
  const flags = `-s -w -X main.Version=${version}`
  const output = join(aside, 'gitea')
  await runGo(aside, ['build', '-C', module, '-tags', tags, '-ldflags', flags, '-o', output, '.'], { CGO_ENABLED: '1' })
  const folders = staticFolders.map((name) => join(module, name))
  // The module cache is read-only, and a copy that is could not be deleted again.
  const copied = await runCaptured({ command: 'cp', argv: ['-R', '--no-preserve=mode', ...folders, aside], cwd: aside, env: process.env })
  if (!copied.ok) throw problemFromOutput('copying the templates of Gitea', copied.output)
}

function moduleFolder(answer: string): string {
  const start = answer.indexOf('{') // progress lines may stand before it
  const parsed: unknown = JSON.parse(answer.slice(Math.max(start, 0)))
  if (typeof parsed === 'object' && parsed !== null && 'Dir' in parsed && typeof parsed.Dir === 'string') return parsed.Dir
  throw new Problem('the Go module of Gitea has no folder', 'run: go clean -modcache, then the same command again', answer)
}
