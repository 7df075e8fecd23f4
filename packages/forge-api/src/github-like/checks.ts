import * as z from 'zod'
import type { Check } from '../model.ts'

const moment: z.ZodType<string | undefined> = z.string().max(40).nullish().transform((value) => value ?? undefined)
const text: z.ZodType<string> = z.string().nullish().transform((value) => value ?? '')

const STATUS_STATES: ReadonlyMap<string, Check['state']> = new Map([
  ['success', 'pass'],
  ['warning', 'pass'],
  ['pending', 'pending'],
  ['error', 'fail'],
  ['failure', 'fail'],
  ['skipped', 'skipping'],
])

/** The combined status of a commit. GitHub says `state` of each, Gitea `status`. */
export const combinedStatusSchema: z.ZodType<readonly Check[]> = z
  .object({
    statuses: z
      .array(z.object({ context: text, state: z.string().optional(), status: z.string().optional(), description: text, target_url: text, created_at: moment, updated_at: moment }))
      .nullish(),
  })
  .transform(({ statuses }) =>
    (statuses ?? []).map(({ context, state, status, description, target_url: url, created_at: startedAt, updated_at: completedAt }) => ({
      name: context,
      state: STATUS_STATES.get(state ?? status ?? '') ?? ('pending' as const),
      description,
      url,
      startedAt,
      completedAt,
    })),
  )

/** GitHub's check runs, of which Gitea has none. */
export const checkRunsSchema: z.ZodType<readonly Check[]> = z
  .object({
    check_runs: z.array(z.object({ name: text, status: z.string(), conclusion: z.string().nullish(), html_url: text, started_at: moment, completed_at: moment, output: z.object({ title: text }).nullish() })),
  })
  .transform(({ check_runs: runs }) =>
    runs.map(({ name, status, conclusion, html_url: url, started_at: startedAt, completed_at: completedAt, output }) => ({
      name,
      state: status === 'completed' ? stateOf(conclusion ?? '') : ('pending' as const),
      description: output?.title ?? '',
      url,
      startedAt,
      completedAt,
    })),
  )

function stateOf(conclusion: string): Check['state'] {
  switch (conclusion) {
    case 'success':
      return 'pass'
    case 'neutral':
    case 'skipped':
      return 'skipping'
    case 'cancelled':
      return 'cancel'
    default:
      return 'fail'
  }
}
