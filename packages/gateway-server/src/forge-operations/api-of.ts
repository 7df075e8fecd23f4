import { RefwardError, type RepoRef } from '@refward/core-policy'
import type { ForgeApi } from '@refward/forge-api'
import type { ForgeParts } from './forge-context.ts'

/** @throws RefwardError RW_FORGE_UNSUPPORTED for a forge without an API. */
export function apiOf({ apis }: Pick<ForgeParts, 'apis'>, { forge }: RepoRef): ForgeApi {
  const api = apis.get(forge)
  if (api !== undefined) return api
  throw new RefwardError('RW_FORGE_UNSUPPORTED', { forge, what: 'API that refward knows', remedy: 'the operator can set the kind of the forge to gitea, forgejo, github or gitlab' })
}
