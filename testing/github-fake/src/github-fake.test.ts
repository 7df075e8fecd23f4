import { describe, expect, it } from 'vitest'
import { Description } from './description.ts'

const description = new Description()

describe('GitHub description', () => {
  it('knows a request, and what may not be in it', () => {
    const create = description.find('POST', '/repos/acme/widget/issues/7/comments')
    if (create === undefined) throw new Error('it is not described')
    expect(create.id).toBe('issues/create-comment')
    expect(description.checkRequest(create, new URLSearchParams(), { body: 'x' })).toEqual([])
    expect(description.checkRequest(create, new URLSearchParams('a=b'), { body: 'x' })).toEqual(['issues/create-comment: the query has a'])
    expect(description.checkRequest(create, new URLSearchParams(), { body: 7 })[0]).toContain('/body must be string')
    expect(description.checkRequest(create, new URLSearchParams(), { body: 'x', mood: 'good' })).toEqual(['issues/create-comment: the body has mood'])
  })

  it('finds what an answer lacks, and that it never comes', () => {
    const merge = description.find('PUT', '/repos/acme/widget/pulls/7/merge')
    if (merge === undefined) throw new Error('it is not described')
    expect(description.checkAnswer(merge, 200, { sha: 'x', merged: true, message: 'x' })).toEqual([])
    expect(description.checkAnswer(merge, 200, { sha: 'x', merged: 'yes', message: 'x' })[0]).toContain('/merged must be boolean')
    expect(description.checkAnswer(merge, 200, { merged: true, message: 'x' })[0]).toContain("must have required property 'sha'")
    expect(description.checkAnswer(merge, 204, undefined)).toEqual(['pulls/merge: it never answers 204'])
  })

  it('does not know what is none of GitHub', () => {
    expect(description.find('DELETE', '/repos/acme/widget/pulls/7')).toBeUndefined()
    expect(description.find('GET', '/repos/acme')).toBeUndefined()
  })
})
