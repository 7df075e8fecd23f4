/** Lists and single values of an entry replace those of the defaults; mappings are merged key by key. Neither argument is changed. */
export function mergeDefaults(defaults: unknown, entry: unknown): unknown {
  if (!isMapping(defaults) || !isMapping(entry)) return entry === undefined ? defaults : entry
  // `credential` is one choice: half of the one with half of the other would be neither.
  const merged = new Map<string, unknown>(Object.entries(defaults))
  for (const [key, value] of Object.entries(entry)) {
    merged.set(key, key === 'credential' ? value : mergeDefaults(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
