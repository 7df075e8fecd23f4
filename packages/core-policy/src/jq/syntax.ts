/** A filter that was read: a tree of these. */
export type Filter =
  | { readonly kind: 'identity' }
  | { readonly kind: 'literal'; readonly value: Json }
  /** A text with filters in it: `"\(.number) \(.title)"`; a format is applied to what these give. */
  | { readonly kind: 'text'; readonly parts: readonly (string | Filter)[]; readonly format: string | undefined }
  | { readonly kind: 'index'; readonly of: Filter; readonly by: Filter }
  | { readonly kind: 'slice'; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly kind: 'each'; readonly of: Filter }
  | { readonly kind: 'try'; readonly body: Filter }
  | { readonly kind: 'pipe' | 'comma' | 'alternative' | 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'list'; readonly body: Filter | undefined }
  | { readonly kind: 'object'; readonly members: readonly { readonly key: Filter; readonly value: Filter }[] }
  | { readonly kind: 'if'; readonly condition: Filter; readonly consequence: Filter; readonly otherwise: Filter }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Filter[] }

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** An expression that is not read, or a value that it does not fit. The message is fit to be shown. */
export class JqProblem extends Error {
  override readonly name = 'JqProblem'
}
