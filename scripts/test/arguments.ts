import { Problem } from '../bootstrap/problem.mjs'

export interface TestArguments {
  /** Names of steps; undefined for all. */
  readonly only: readonly string[] | undefined
  /** Parts of test file paths, handed to vitest; they leave out every other step. */
  readonly paths: readonly string[]
}

/** `npm test`, `npm test -- --only unit,lint`, `npm test -- packages/git-wire`. */
export function parseTestArguments(argv: readonly string[], stepNames: readonly string[]): TestArguments {
  const paths: string[] = []
  let only: readonly string[] | undefined
  for (let at = 0; at < argv.length; at += 1) {
    const arg = argv[at] ?? ''
    if (arg === '--only') {
      at += 1
      only = parseStepNames(argv[at] ?? '', stepNames)
    } else if (arg.startsWith('--only=')) only = parseStepNames(arg.slice('--only='.length), stepNames)
    else if (arg.startsWith('-')) throw new Problem(`unknown option ${JSON.stringify(arg)}`, 'use --only STEPS, or parts of test file paths')
    else paths.push(arg)
  }
  return { only, paths }
}

function parseStepNames(list: string, stepNames: readonly string[]): readonly string[] {
  const names = list.split(',')
  const unknown = names.find((name) => !stepNames.includes(name))
  if (unknown === undefined) return names
  throw new Problem(`there is no step ${JSON.stringify(unknown)}`, `use one or more of: ${stepNames.join(',')}`)
}
