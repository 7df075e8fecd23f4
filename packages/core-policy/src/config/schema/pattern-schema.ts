import * as z from 'zod'
import {
  findAgentPatternProblem,
  findBranchPatternProblem,
  findEmailPatternProblem,
  findHostPatternProblem,
  findOtherRefPatternProblem,
  findPathPatternProblem,
  findRefPatternProblem,
} from '../../pattern/pattern-problem.ts'
import type { FindPatternProblem } from '../../pattern/pattern-problem.ts'
import type { RefPermission } from '../config.ts'

const MAXIMUM_PATTERNS = 200

/** A list of patterns; has a default. */
export type PatternListSchema = z.ZodDefault<z.ZodType<readonly string[], readonly string[]>>

interface PatternList {
  readonly description: string
  readonly fallback: readonly string[]
  readonly examples: readonly string[]
}

function listSchema(find: FindPatternProblem, { description, fallback, examples }: PatternList): PatternListSchema {
  const schema: z.ZodType<readonly string[], readonly string[]> = itemsSchema(find).meta({ description, examples: [[...examples]] })
  return schema.default([...fallback])
}

function itemsSchema(find: FindPatternProblem): z.ZodArray<z.ZodString> {
  const item = z.string().superRefine((text, context) => {
    const message = find(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  return z.array(item).max(MAXIMUM_PATTERNS)
}

export function agentListSchema(list: PatternList): PatternListSchema {
  return listSchema(findAgentPatternProblem, list)
}

export function branchListSchema(list: PatternList): PatternListSchema {
  return listSchema(findBranchPatternProblem, list)
}

export function refListSchema(list: PatternList): PatternListSchema {
  return listSchema(findRefPatternProblem, list)
}

export function otherRefListSchema(list: PatternList): PatternListSchema {
  return listSchema(findOtherRefPatternProblem, list)
}

export function pathListSchema(list: PatternList): PatternListSchema {
  return listSchema(findPathPatternProblem, list)
}

export function emailListSchema(list: PatternList): PatternListSchema {
  return listSchema(findEmailPatternProblem, list)
}

export function hostListSchema(list: PatternList): PatternListSchema {
  return listSchema(findHostPatternProblem, list)
}

/** `never`, `own`, or a list of branch patterns. */
export function permissionSchema(description: string, fallback: 'never' | 'own'): z.ZodDefault<z.ZodType<RefPermission, RefPermission>> {
  const schema: z.ZodType<RefPermission, RefPermission> = z
    .union([z.enum(['never', 'own']), itemsSchema(findBranchPatternProblem)], { error: 'it must be never, own, or a list of patterns' })
    .meta({ description, examples: [fallback] })
  return schema.default(fallback)
}
