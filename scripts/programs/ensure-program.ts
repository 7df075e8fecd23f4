import { Problem } from '../bootstrap/problem.mjs'
import type { Program } from './program.ts'

/** Finds a program, or builds it. @returns its path. @throws Problem when the machine lacks what it is built with */
export async function ensureProgram(program: Program): Promise<string> {
  const found = program.find()
  if (found !== undefined) return found
  const lacks = program.lacks()
  if (lacks.length > 0) throw new Problem(`${program.name} cannot be built without ${lacks.join(' and ')}`, program.remedy)
  return program.provide()
}
