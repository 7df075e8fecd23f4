import { fileURLToPath } from 'node:url'
import { type LaunchCommand, type Launched, LauncherProcess } from './launcher/launcher-process.ts'

/** Starts processes without the gateway's memory standing in the way. */
export interface GitLauncher {
  launch(command: LaunchCommand): Launched
}

/** When no more are left than this, a new launcher is started, to be there in time. */
const LOW = 24
/** Sources run as they are; a bundle has the launcher as an entry of its own beside it. */
const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './launcher/launcher-main.ts' : './launcher/launcher-main.js', import.meta.url))

/**
 * Node starts a process by fork, which copies the page tables of its parent: 0.05 ms for each megabyte, during which the
 * gateway stands still (measured: 0.8 ms at 55 MB, 7 ms at 160, 22 ms at 470). A push starts five. So a small process does it,
 * which has nothing to copy; the gateway talks to the children over pipes that both were born with.
 */
function createGitLauncher(): GitLauncher {
  let current: LauncherProcess | undefined
  let successor: LauncherProcess | undefined
  return {
    launch: (command) => {
      if (current === undefined || current.room === 0) {
        current?.retire()
        current = successor !== undefined && successor.room > 0 ? successor : new LauncherProcess(ENTRY)
        successor = undefined
      }
      if (current.room <= LOW && successor === undefined) successor = new LauncherProcess(ENTRY)
      return current.launch(command)
    },
  }
}

let shared: GitLauncher | undefined

/** The one of this process: what a launcher does depends on its orders alone. */
export function sharedGitLauncher(): GitLauncher {
  shared ??= createGitLauncher()
  return shared
}
