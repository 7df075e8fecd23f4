import { escapeUntrusted } from '@refward/core-policy'
import type { Log } from '@refward/gateway-server'
import { pino } from 'pino'
import type { DestinationStream } from 'pino'

export interface LogOptions {
  readonly level: string
  readonly destination: DestinationStream
  /** Replaces every live credential in a text. */
  readonly mask: (text: string) => string
}

/**
 * Structured lines, one JSON object each. The text of an error may quote an upstream, so it is masked and escaped before it is written:
 * a log is read in terminals and copied to places that the operator does not guard like the gateway.
 */
export function createLog({ level, destination, mask }: LogOptions): Log {
  const show = (text: string): string => escapeUntrusted(mask(text), 4000)
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error, show) },
    },
    destination,
  )
}

interface DescribedError {
  readonly type: string
  readonly message: string
  readonly stack?: readonly string[]
  readonly cause?: DescribedError
}

const deepestCause = 4

function describeError(error: unknown, show: (text: string) => string, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: show(String(error)) }
  const { stack, cause } = error
  return {
    type: show(error.name),
    message: show(error.message),
    ...(stack !== undefined && { stack: stack.split('\n').slice(1, 12).map((line) => show(line.trim())) }),
    ...(cause !== undefined && depth < deepestCause && { cause: describeError(cause, show, depth + 1) }),
  }
}
