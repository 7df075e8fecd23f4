import { RefwardError } from '@refward/core-policy'

const VARIABLE = 'REFWARD_PATHS'

/**
 * Where the gateway sees a directory of this sandbox. `REFWARD_PATHS` says it for those that are mounted at another place, as `<here>=<there>`, several of them
 * with a colon between; the longest one counts.
 *
 * @throws RefwardError RW_SHIM_SETTING
 */
export function mapPath(directory: string, mapping: string | undefined): string {
  const pairs = (mapping ?? '').split(':').filter((text) => text !== '').map(readPair)
  const [best] = pairs.filter(({ here }) => isBeneath(directory, here)).toSorted((a, b) => b.here.length - a.here.length)
  if (best === undefined) return directory
  const rest = directory.slice(best.here.length).replace(/^\//, '')
  return rest === '' ? best.there : `${best.there === '/' ? '' : best.there}/${rest}`
}

function isBeneath(directory: string, root: string): boolean {
  return directory === root || directory.startsWith(root === '/' ? '/' : `${root}/`)
}

function readPair(text: string): { readonly here: string; readonly there: string } {
  const [here, there, ...more] = text.split('=').map((path) => (path === '/' ? path : path.replace(/\/$/, '')))
  if (here?.startsWith('/') !== true || there?.startsWith('/') !== true || more.length > 0) {
    throw new RefwardError('RW_SHIM_SETTING', { variable: VARIABLE, detail: 'it is no list of pairs of absolute paths', remedy: 'write it as /here=/there, with a colon between pairs' })
  }
  return { here, there }
}
