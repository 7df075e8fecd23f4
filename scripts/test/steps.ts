import { gitea } from '../programs/gitea.ts'
import { gitleaks } from '../programs/gitleaks.ts'
import { type Step, commandStep } from './step.ts'
import { vitestStep } from './vitest-step.ts'

/** Everything that `npm test` runs, cheap and telling first. */
export const steps: readonly Step[] = [
  commandStep('lint', 'oxlint', []),
  commandStep('typecheck', 'pnpm', ['--silent', 'run', 'typecheck']),
  commandStep('dependencies', 'node', ['scripts/dependencies/main.ts']),
  commandStep('unused', 'knip', []),
  commandStep('build', 'node', ['scripts/bootstrap.mjs', 'build']),
  commandStep('packages', 'node', ['scripts/published-packages/main.ts']),
  vitestStep({ project: 'unit', minutes: 30, needs: [], likes: [gitleaks] }),
  vitestStep({ project: 'e2e', minutes: 30, needs: [], likes: [gitleaks] }),
  vitestStep({ project: 'gitea', minutes: 30, needs: [gitea], likes: [] }),
  commandStep('demo', 'node', ['scripts/bootstrap.mjs', 'start', '--once']),
]
