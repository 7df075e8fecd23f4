/** `[major, minor, patch]`. */
export type GitVersion = readonly [number, number, number]

/** The oldest git that everything here was run with: geometric repacks with bitmaps, and the fixes up to CVE-2022-39260. */
export const OLDEST_GIT: GitVersion = [2, 39, 0]

/** Reads the answer of `git version`, also as distributions and Apple write it. */
export function parseGitVersion(text: string): GitVersion | undefined {
  const match = /^git version (\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[. -][^\n]{0,100})?\n?$/.exec(text)
  if (match === null) return undefined
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
}

/** True when `version` is `least` or newer. */
export function isGitAtLeast(version: GitVersion, least: GitVersion): boolean {
  const at = version.findIndex((part, index) => part !== least[index])
  return at === -1 || (version[at] ?? 0) > (least[at] ?? 0)
}
