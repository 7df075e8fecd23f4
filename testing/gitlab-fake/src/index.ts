export { GitlabFake } from './gitlab-fake.ts'
export type { Fault, GitlabFakeOptions } from './gitlab-fake.ts'
export type { FakeProject } from './routes.ts'
