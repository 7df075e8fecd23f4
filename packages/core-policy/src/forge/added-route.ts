const SEGMENT = /^(?:[a-z][a-z0-9_-]{0,49}|\{number\}|\{name\})$/
const MAXIMUM_SEGMENTS = 8

/** What is wrong with the path of a route that an operator adds; undefined when nothing is. */
export function findAddedRouteProblem(path: string): string | undefined {
  const segments = path.split('/')
  if (segments.length > MAXIMUM_SEGMENTS) return `it must have at most ${MAXIMUM_SEGMENTS} parts`
  if (!segments.every((segment) => SEGMENT.test(segment))) {
    return 'it must be parts of lower case letters, digits, _ and -, or {number} and {name}, with single slashes between them and none around them'
  }
  return undefined
}
