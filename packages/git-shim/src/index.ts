export { bundleGitShim } from './bundle-git-shim.ts'
export { findRemoteCommand } from './git/find-remote-command.ts'
