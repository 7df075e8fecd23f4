import type { FastifyRequest } from 'fastify'
import type { Entered, RequestGate } from './request-gate.ts'

/** Runs the answer to a request of the forge plane within its session, rate and places. */
export async function withinGate<T>(gate: RequestGate, request: FastifyRequest, answer: (entered: Entered) => Promise<T>): Promise<T> {
  request.summary.operation = 'forge'
  const entered = await gate.enter(request.headers.authorization)
  request.summary.agent = entered.subject.agent
  try {
    return await answer(entered)
  } finally {
    entered.leave()
  }
}
