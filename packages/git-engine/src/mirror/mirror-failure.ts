import { RefwardError, type RepoRef } from '@refward/core-policy'
import { GitFailure, saysDiskFull } from '../process/git-end.ts'
import type { MirrorLimits } from './index-incoming.ts'
import { SpoolOverflow } from './spool.ts'

/** What went wrong while a mirror took something in, in words for the client. The cause stays for the log. */
export function explainMirrorFailure(error: unknown, repo: RepoRef, limits: MirrorLimits): RefwardError {
  if (isRefwardError(error)) return error
  if (isDiskFull(error)) return new RefwardError('RW_DISK_FULL', {}, { cause: error })
  const unavailable = (detail: string): RefwardError => new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: repo.id, detail }, { cause: error })
  if (error instanceof SpoolOverflow) return unavailable('the repository is larger than this gateway may hold')
  if (!(error instanceof GitFailure)) return unavailable('its files cannot be written')
  switch (error.end.kind) {
    case 'timed-out':
      return new RefwardError('RW_LIMIT_TIME', { what: `git ${error.command}`, limit: limits.timeMs / 1000 }, { cause: error })
    case 'aborted':
      return new RefwardError('RW_STOPPING', {}, { cause: error })
    case 'exited':
      return unavailable(refusedPack(error.end.stderr))
    default:
      return unavailable(`git ${error.command} failed`)
  }
}

/** `instanceof` alone leaves the code open to anything. */
export function isRefwardError(error: unknown): error is RefwardError {
  return error instanceof RefwardError
}

/** Whether a file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function refusedPack(stderr: string): string {
  if (/exceeds maximum allowed size|over limit/.test(stderr)) return 'what the forge sent is larger than this gateway may hold'
  return 'git refused what the forge sent'
}

function isDiskFull(error: unknown): boolean {
  if (error instanceof GitFailure) return saysDiskFull(error.end)
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
