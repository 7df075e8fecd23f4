import type { HelperRef } from './read-refs.ts'

/** What git's helper answers to `list`: everything that a listing shows. It ends with an empty line. */
export function renderList(refs: readonly HelperRef[]): string {
  return `${refs.map(renderRef).join('')}\n`
}

/** What it answers to `list for-push`: refs that can be pushed to, each by its own value. */
export function renderPushList(refs: readonly HelperRef[]): string {
  return `${refs.filter(({ name }) => name !== 'HEAD').map(({ name, id }) => `${id} ${name}\n`).join('')}\n`
}

function renderRef({ name, id, peeled, symref }: HelperRef): string {
  const value = symref === undefined ? id : `@${symref}`
  return peeled === undefined ? `${value} ${name}\n` : `${value} ${name}\n${peeled} ${name}^{}\n`
}
