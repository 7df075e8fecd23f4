export { bundleGitShim } from './bundle-git-shim.ts'
