/** Where structured log lines go; pino's shape. Fields never hold a secret, and never bytes of an agent that core-policy has not escaped. */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | Error | undefined>>
