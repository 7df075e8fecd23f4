import type { ForgeChange, ForgeRead } from '@refward/core-policy'
import type { ApiCall } from './http/api-call.ts'
import type { ForgeAnswers, ReadOf, Written } from './types.ts'

/** How each kind of reading is done in one repository. */
export type Readers = { readonly [K in ForgeRead['kind']]: (call: ApiCall, read: ReadOf<K>) => Promise<ForgeAnswers[K]> }

/** How a change is sent. */
export type Writer = (call: ApiCall, change: ForgeChange) => Promise<Written>
