import { join } from 'node:path'
import { buildOnce, versionFolder } from './build-once.ts'
import { cacheFolder } from './cache-folder.ts'
import { findOnPath, isExecutable } from './find-on-path.ts'
import { findGo, runGo } from './go.ts'
import type { Program } from './program.ts'

const name = 'gitleaks'
const version = '8.30.1'

/** The scanner that an operator may set in place of the built-in one. */
export const gitleaks: Program = {
  name,
  version,
  remedy: 'install Go 1.26 or newer, then run: npm run gitleaks',
  find: () => (isExecutable(program()) ? program() : findOnPath(name, process.env['PATH'] ?? '')),
  lacks: () => (findGo(process.env) === undefined ? ['Go'] : []),
  provide: async () => {
    await buildOnce({ folder: folder(), title: `gitleaks ${version} (about a minute, once)`, build })
    return program()
  },
}

function folder(): string {
  return versionFolder(cacheFolder(process.env), { name, version })
}

function program(): string {
  return join(folder(), name)
}

async function build(aside: string): Promise<void> {
  await runGo(aside, ['install', `github.com/zricethezav/gitleaks/v8@v${version}`], { GOBIN: aside })
}
