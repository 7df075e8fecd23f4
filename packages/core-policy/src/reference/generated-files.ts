import { configJsonSchema } from '../config/json-schema.ts'
import { renderOpenApi } from '../api/openapi.ts'
import { renderErrorPage } from './render-error-page.ts'
import { renderGhPage } from './render-gh-page.ts'
import { renderPolicyPage } from './render-policy-page.ts'
import { renderCommandPage } from './render-command-page.ts'

/** Files of the repository that are made from this package, by their path from its root. */
export const GENERATED_FILES: readonly { readonly path: string; readonly render: () => string }[] = [
  { path: 'packages/core-policy/schema/refward.schema.json', render: () => `${JSON.stringify(configJsonSchema(), undefined, 2)}\n` },
  { path: 'docs/reference/commands.md', render: renderCommandPage },
  { path: 'docs/reference/policy.md', render: renderPolicyPage },
  { path: 'docs/reference/errors.md', render: renderErrorPage },
  { path: 'docs/reference/openapi.json', render: () => `${JSON.stringify(renderOpenApi(), undefined, 2)}\n` },
  { path: 'docs/reference/gh.md', render: renderGhPage },
]
