import { externalDependencies } from './find-problems.ts'
import type { Manifest } from './manifest.ts'

/** The reference page of run-time dependencies: one table, ordered by name. */
export function renderPage(manifests: readonly Manifest[]): string {
  const rows = manifests
    .flatMap((manifest) => externalDependencies(manifest.dependencies).map((name) => ({ name, manifest })))
    .map(({ name, manifest }) => `| \`${name}\` | \`${manifest.name}\` | ${escapeCell(manifest.reasons.get(name) ?? '')} |`)
    .sort()
  return `${head}${rows.map((row) => `${row}\n`).join('')}`
}

const head = `# Run-time dependencies

Everything that the gateway and its packages load from others, and why. Generated from the \`refward.reasons\` of each \`package.json\` by
\`pnpm run dependencies\`; \`npm test\` fails when a reason is missing or this page is stale.

| dependency | used by | why |
|---|---|---|
`

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
