import type { FastifyRequest } from 'fastify'
import type { OperationName } from '../observe/request-summary.ts'
import { present } from './present.ts'
import type { Entered, RequestGate } from './request-gate.ts'

/** Runs the answer to a request within its session, rate and places. */
export async function withinGate<T>(gate: RequestGate, request: FastifyRequest, operation: OperationName, answer: (entered: Entered) => Promise<T>): Promise<T> {
  request.summary.operation = operation
  const entered = await gate.enter(present(request))
  request.summary.agent = entered.subject.agent
  try {
    return await answer(entered)
  } finally {
    entered.leave()
  }
}
