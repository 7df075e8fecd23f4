/** Ends a switch over a closed union. Reached only when a value went round the types; the fault names no value, which may be hostile. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected alternative of type ${typeof value}`)
}
