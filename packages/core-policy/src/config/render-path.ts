import { quoteUntrusted } from '../errors/quote-untrusted.ts'

/** `repositories."gitea/acme/widget".branches.own[0]`. */
export function renderPath(path: readonly PropertyKey[]): string {
  let out = ''
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`
    else out += `${out === '' ? '' : '.'}${renderStep(String(step))}`
  }
  return out
}

function renderStep(step: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(step)) return step
  const quoted = quoteUntrusted(step)
  return quoted.startsWith('"') ? quoted : `"${quoted}"`
}
