export { GithubFake } from './github-fake.ts'
export type { Fault, GithubFakeOptions, Loss, SeenRequest } from './github-fake.ts'
export type { FakeRepository } from './repository.ts'
