import type { ForgeChange, ForgeRead } from '@refward/core-policy'

/** What is done, fit to stand behind "while", and what a missing thing would be. */
export interface Words {
  readonly action: string
  readonly what: string
}

export function wordsOfRead(read: ForgeRead): Words {
  switch (read.kind) {
    case 'pull.view':
    case 'pull.diff':
    case 'pull.checks':
    case 'pull.comments':
    case 'pull.line-comments':
    case 'pull.reviews':
      return { action: 'reading a pull request', what: `pull request #${read.number}` }
    case 'issue.view':
    case 'issue.comments':
      return { action: 'reading an issue', what: `issue #${read.number}` }
    case 'run.view':
      return { action: 'reading a run', what: `run ${read.id}` }
    case 'commit.list':
      return { action: 'listing commits', what: 'the branch' }
    case 'route':
      return { action: 'reading a route of the API', what: `route ${read.call.path}` }
    case 'repository.view':
    case 'branch.list':
    case 'pull.list':
    case 'issue.list':
    case 'run.list':
      return { action: 'reading the repository', what: 'the repository' }
  }
}

export function wordsOfChange(change: ForgeChange): Words {
  switch (change.kind) {
    case 'pull.create':
      return { action: 'opening a pull request', what: 'the repository' }
    case 'issue.create':
      return { action: 'opening an issue', what: 'the repository' }
    case 'pull.edit':
    case 'pull.draft':
    case 'pull.state':
      return { action: 'changing a pull request', what: `pull request #${change.number}` }
    case 'pull.comment':
    case 'pull.review':
      return { action: 'commenting on a pull request', what: `pull request #${change.number}` }
    case 'pull.merge':
      return { action: 'merging a pull request', what: `pull request #${change.number}` }
    case 'issue.edit':
    case 'issue.state':
      return { action: 'changing an issue', what: `issue #${change.number}` }
    case 'issue.comment':
      return { action: 'commenting on an issue', what: `issue #${change.number}` }
    case 'route':
      return { action: 'writing to a route of the API', what: `route ${change.call.path}` }
  }
}
