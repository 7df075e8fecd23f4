export { DeterministicBytes } from './deterministic-bytes.ts'
export { type FileChange, type FixtureCommit, importCommits, importIncompressible } from './fast-import.ts'
export { type Fixture, buildBlobs, buildBlobsOf, buildHistory, buildHistoryOf, buildWidget } from './fixtures.ts'
export { type GitOptions, type GitResult, git, gitEnvironment, tryGit } from './run-git.ts'
