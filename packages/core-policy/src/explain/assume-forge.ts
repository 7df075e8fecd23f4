import { numberOf, objectKindOf } from '../forge/forge-change.ts'
import type { ForgeFacts } from '../forge/forge-facts.ts'
import type { AskedForge, ForgeQuestions } from './explain-forge.ts'
import { type ForgeQuestion, toAskedChange } from './forge-question.ts'

type Owned = Pick<ForgeFacts, 'ownedRefs' | 'ownedObjects'>

/** Facts without the forge: whatever has a number is taken to be there, and to be the agent's where the ledger has it so. */
export function assumeForge(questions: readonly ForgeQuestion[], owned: Owned): Pick<ForgeQuestions, 'asked' | 'defaultBranch' | 'assumptions'> {
  const asked = questions.map((question): AskedForge => ({ question, facts: { ...owned, object: assumeObject(question, owned) } }))
  return { asked, defaultBranch: undefined, assumptions: ASSUMPTIONS }
}

const ASSUMPTIONS: readonly string[] = [
  'the forge was not asked: every number is taken to be that of such an object',
  'a pull request that the agent did not open through this gateway is taken to come from a branch of somebody else',
  'where no base is named, it is taken to be main',
]

function assumeObject(question: ForgeQuestion, { ownedObjects }: Owned): ForgeFacts['object'] {
  const change = toAskedChange(question, undefined)
  const number = change === undefined ? undefined : numberOf(change)
  const kind = change === undefined ? undefined : objectKindOf(change)
  if (number === undefined || kind === undefined) return undefined
  const { id } = ownedObjects.find((object) => object.kind === kind && object.number === number) ?? { id: '' }
  return { kind, number, id }
}
