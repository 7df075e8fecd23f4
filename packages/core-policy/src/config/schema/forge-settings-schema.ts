import * as z from 'zod'
import type { AddedRoute, ForgePermission, ForgeSettings, IssueSettings, PullSettings } from '../config.ts'
import { findAddedRouteProblem } from '../../forge/added-route.ts'
import { branchListSchema } from './pattern-schema.ts'

/** A mapping whose every key has a default, and so one itself. */
type SectionSchema<T> = z.ZodPrefault<z.ZodType<T, object>>

type PermissionSchema = z.ZodDefault<z.ZodType<ForgePermission, ForgePermission>>

function permission(description: string, fallback: ForgePermission): PermissionSchema {
  const schema: z.ZodType<ForgePermission, ForgePermission> = z
    .enum(['never', 'own', 'any'], { error: 'it must be never, own or any' })
    .meta({ description, examples: [fallback] })
  return schema.default(fallback)
}

function section<T>(schema: z.ZodType<T, object>): SectionSchema<T> {
  return schema.prefault({})
}

const pullsSchema: SectionSchema<PullSettings> = section(z
  .strictObject({
    create: permission('From which branches of the repository: the `own` of the agent, `any`, or `never`.', 'own'),
    edit: permission('Title, body and base, and whether it is a draft.', 'own'),
    close: permission('Closing, and opening again what was closed.', 'own'),
    comment: permission('Comments in the conversation.', 'any'),
    review: permission('Reviews that comment. Approving and requesting changes is never possible.', 'any'),
    merge: permission('Merging. It moves the base branch, whatever `branches` says about that.', 'never'),
    base: branchListSchema({ description: 'Branches that a pull request may go to.', fallback: ['**'], examples: ['main'] }),
  })
  .describe('Pull requests (merge requests), and whose.'))

const issuesSchema: SectionSchema<IssueSettings> = section(z
  .strictObject({
    create: z.enum(['never', 'any']).default('any').describe('Opening issues.'),
    edit: permission('Title and body.', 'own'),
    close: permission('Closing, and opening again what was closed.', 'own'),
    comment: permission('Comments.', 'any'),
  })
  .describe('Issues, and whose.'))

const routeSchema: z.ZodType<AddedRoute> = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PATCH', 'PUT']).describe('The method of the request.'),
    path: z.string().max(200).meta({ description: 'What comes behind the repository. A part may be `{number}` or `{name}`.', examples: ['labels'] }),
    fields: z
      .array(z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'it must be the name of a field: lower case letters, digits and _'))
      .max(50)
      .default([])
      .describe('Fields of the query or the body that may be given.'),
  })
  .superRefine(({ path }, context) => {
    const message = findAddedRouteProblem(path)
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['path'], message })
  })

export const forgeSettingsSchema: z.ZodType<ForgeSettings> = z
  .strictObject({
    read: z.enum(['never', 'allow']).default('allow').describe('Whether agents that may read the repository may read its pull requests, issues and runs.'),
    pulls: pullsSchema,
    issues: issuesSchema,
    commands: z
      .enum(['deny', 'allow'])
      .default('deny')
      .describe('Whether a text may have lines such as `/merge`, which GitLab and bots run with the rights of the credential.'),
    routes: z.array(routeSchema).max(100).default([]).describe('Routes of `gh api` besides the built-in ones. What they answer is passed on as it is, credentials masked.'),
  })
  .prefault({})
  .describe('What agents may do to pull requests and issues. Writing is for those that `push` names.')
