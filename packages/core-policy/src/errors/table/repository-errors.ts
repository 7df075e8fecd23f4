/** Repositories and what of them a session may see. */
export const repositoryErrors = {
  RW_REPOSITORY_NOT_VISIBLE: {
    status: 404,
    title: 'the repository is unknown or not visible',
    message: 'repository {repo} is unknown or not visible to agent {agent}',
    hint: 'check the spelling; the operator names repositories in refward.yaml and grants them to the session',
    doc: 'The same answer for a repository that does not exist, that no policy names, and that this agent may not read: the difference would be a leak.',
  },
  RW_PUSH_NOT_ALLOWED: {
    status: 403,
    title: 'this agent may not push here',
    message: 'agent {agent} may read {repo} but not push to it',
    hint: 'the operator can add the agent to push of that repository in refward.yaml',
    doc: 'The push list of the repository does not name this agent.',
  },
  RW_WANT_DENIED: {
    status: 403,
    title: 'the object is not in the view of this session',
    message: 'object {id} is not reachable from a ref that this session may see',
    hint: 'fetch a ref by its name; ids outside the refs you are shown are not served',
    doc: 'git would serve any object by its id. Refward serves what can be reached from the refs that the policy shows, and nothing else.',
  },
} as const
