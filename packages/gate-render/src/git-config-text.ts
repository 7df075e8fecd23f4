/** One setting of git. The subsection is what stands between the first and the last dot of its name. */
export interface GitSetting {
  readonly section: string
  readonly subsection: string
  readonly name: string
  readonly value: string
}

/** A configuration file of git. Settings of one subsection that follow each other share its header. */
export function renderGitConfig(settings: readonly GitSetting[]): string {
  const lines: string[] = []
  let header = ''
  for (const { section, subsection, name, value } of settings) {
    const next = `[${section} "${escapeSubsection(subsection)}"]`
    if (next !== header) lines.push(next)
    header = next
    lines.push(`\t${name} = ${quoteValue(value)}`)
  }
  return `${lines.join('\n')}\n`
}

/** The same settings for a git that is given no file (git 2.31 and newer). */
export function listGitConfigVariables(settings: readonly GitSetting[]): readonly (readonly [string, string])[] {
  const pairs = settings.flatMap(({ section, subsection, name, value }, index) => [
    [`GIT_CONFIG_KEY_${index}`, `${section}.${subsection}.${name}`] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ])
  return [['GIT_CONFIG_COUNT', String(settings.length)], ...pairs]
}

function escapeSubsection(text: string): string {
  // A line end cannot be written in a header at all, and would begin a setting of the writer's choice.
  if (/[\n\0]/.test(text)) throw new RangeError('a subsection of a git configuration cannot hold a line end or NUL')
  return text.replaceAll(/["\\]/g, String.raw`\$&`)
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', String.raw`\"`],
  ['\\', String.raw`\\`],
  ['\n', String.raw`\n`],
  ['\t', String.raw`\t`],
  ['\b', String.raw`\b`],
])

/** Always in quotes: outside of them a `;` or `#` begins a comment, and space at the ends is lost. */
function quoteValue(text: string): string {
  if (/[\0\r]/.test(text)) throw new RangeError('a value of a git configuration cannot hold NUL or a carriage return')
  return `"${text.replaceAll(/["\\\n\t\b]/g, (character) => escapes.get(character) ?? character)}"`
}
