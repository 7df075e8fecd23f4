export { bundleGhShim, bundleGitShim } from './bundle-git-shim.ts'
export { findRemoteCommand } from './git/find-remote-command.ts'
export { type GitPlan, planGit } from './git/plan-git.ts'
