export { type ApiEdge, type ApiForge, createForgeApi } from './create-forge-api.ts'
export type { Branch, Check, Comment, Commit, Issue, LineRemark, Pull, PullHead, Repository, Review, Run } from './model.ts'
export type { ForgeAnswers, ForgeApi, ForgeIdentity, ReadOf, Written } from './types.ts'
