import type { ReceivePermit, RepoRef, RepositoryLimits } from '@refward/core-policy'
import type { PushListing } from '@refward/upstream'
import type { PushDependencies } from './push-types.ts'
import { type Workspace, openWorkspace } from './workspace.ts'

/** How long one waits for its push. A client that has been told the refs sends a small pack some milliseconds later. */
const WAIT_MS = 3000
/** For all sessions together: each is a directory and four processes at rest. Who finds none ready opens one, as ever. */
const MAX_READY = 8

/** What a push finds. */
export interface ReadyWorkspace {
  readonly workspace: Promise<Workspace>
  /** The refs that the session was told. */
  readonly listing: PushListing
}

interface Ready extends ReadyWorkspace {
  readonly limits: RepositoryLimits
  /** Ends the children; follows the push that takes it. */
  readonly end: AbortController
  readonly timer: NodeJS.Timeout
}

/**
 * Workspaces that are opened when a session asks which refs it could push to, so that the push which follows finds its processes
 * started. Nothing of a client is in them and nothing is decided by them.
 */
export class ReadyWorkspaces {
  readonly #deps: PushDependencies
  /** Objects that are moving to the mirror: a workspace that is opened before would not see them. */
  readonly #adoption: (repo: RepoRef) => Promise<void> | undefined
  readonly #ready = new Map<string, Ready>()

  constructor(deps: PushDependencies, adoption: (repo: RepoRef) => Promise<void> | undefined) {
    this.#deps = deps
    this.#adoption = adoption
  }

  /** Opens one, in place of an older one of the same session and repository, unless there are too many. */
  expect(permit: ReceivePermit, listing: PushListing): void {
    const key = keyOf(permit)
    const before = this.#ready.get(key)
    if (before !== undefined) void this.#giveUp(key, before)
    if (this.#ready.size >= MAX_READY) return
    const { limits } = permit.policy.settings
    const end = new AbortController()
    const ready: Ready = { listing, workspace: this.#open(permit.repo, limits, end.signal), limits, end, timer: setTimeout(() => void this.#giveUp(key, ready), WAIT_MS) }
    ready.timer.unref()
    this.#ready.set(key, ready)
    // The push will open another and meet the same fault, which is told then.
    ready.workspace.catch(() => this.#remove(key, ready))
  }

  /** The one of this session and repository, if it was made by the same rules. From now on it ends with the signal. */
  take(permit: ReceivePermit, signal: AbortSignal): ReadyWorkspace | undefined {
    const key = keyOf(permit)
    const ready = this.#ready.get(key)
    if (ready === undefined || ready.limits !== permit.policy.settings.limits) return undefined
    this.#remove(key, ready)
    const abort = (): void => ready.end.abort(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    return ready
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#ready, ([key, ready]) => this.#giveUp(key, ready)))
  }

  async #open(repo: RepoRef, limits: RepositoryLimits, signal: AbortSignal): Promise<Workspace> {
    await this.#adoption(repo)
    const workspace = await openWorkspace(this.#deps, { mirror: await this.#deps.mirrors.mirror(repo), limits, signal })
    workspace.intake()
    return workspace
  }

  async #giveUp(key: string, ready: Ready): Promise<void> {
    this.#remove(key, ready)
    await ready.workspace.then((workspace) => workspace.close(), () => undefined)
  }

  #remove(key: string, ready: Ready): void {
    clearTimeout(ready.timer)
    if (this.#ready.get(key) === ready) this.#ready.delete(key)
  }
}

function keyOf({ subject, repo }: ReceivePermit): string {
  return `${subject.agent} ${subject.session ?? ''} ${repo.id}`
}
