import { foldPath } from '../../pattern/fold-path.ts'

/**
 * Whether a symbolic link leads out of the repository or into its `.git`: to an absolute path, to a drive or share of Windows, or with
 * more `..` than it is deep. Other links on the way are not followed here; each of them is judged for itself.
 */
export function leadsOutside(path: string, target: string): boolean {
  if (target === '' || /^[/\\]/.test(target) || /^[A-Za-z]:/.test(target)) return true
  const depth = path.split('/').slice(0, -1)
  for (const part of target.split(/[/\\]/)) {
    if (part === '' || part === '.') continue
    if (part !== '..') depth.push(part)
    else if (depth.pop() === undefined) return true
  }
  return depth.some((part) => ['.git', 'git~1'].includes(foldPath(part)))
}
