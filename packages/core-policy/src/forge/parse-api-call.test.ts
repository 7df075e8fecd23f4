import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RouteValue } from './forge-change.ts'
import { type ApiCall, parseApiCall } from './parse-api-call.ts'
import { API_ROUTES } from './route-table.ts'
import type { Parsed } from '../parsed.ts'

const LABELS = { method: 'GET', path: 'labels', fields: [] } as const
const MILESTONE = { method: 'PATCH', path: 'milestones/{number}', fields: ['title'] } as const

function parse(method: string, endpoint: string, fields: readonly (readonly [string, RouteValue])[] = []): Parsed<ApiCall> {
  return parseApiCall({ method, endpoint, fields }, { repository: 'Acme/Widget', added: [LABELS, MILESTONE] })
}

function routeOf(parsed: Parsed<ApiCall>): string {
  if (parsed.kind === 'error') return parsed.problems.map(({ code, message }) => `${code} ${message}`).join()
  return parsed.value.kind === 'known' ? parsed.value.route.id : parsed.value.call.rule
}

describe('routes that are open', () => {
  test.each([
    { endpoint: 'repos/{owner}/{repo}', route: 'repository' },
    { endpoint: '/repos/acme/widget', route: 'repository' },
    { endpoint: 'repos/ACME/Widget/branches', route: 'branches' },
    { endpoint: 'repos/acme/{repo}/commits?sha=agent/fixer/x&per_page=5', route: 'commits' },
    { endpoint: 'repos/acme/widget/pulls?state=all', route: 'pulls' },
    { endpoint: 'repos/acme/widget/pulls/7', route: 'pull' },
    { endpoint: 'repos/acme/widget/pulls/7/comments', route: 'pull-line-comments' },
    { endpoint: 'repos/acme/widget/pulls/7/reviews', route: 'pull-reviews' },
    { endpoint: 'repos/acme/widget/pulls/7/reviews/8', route: 'pull-review' },
    { endpoint: 'repos/acme/widget/issues', route: 'issues' },
    { endpoint: 'repos/acme/widget/issues/7', route: 'issue' },
    { endpoint: 'repos/acme/widget/issues/7/comments', route: 'issue-comments' },
    { endpoint: 'repos/acme/widget/labels', route: 'forge.routes[0]' },
  ])('GET $endpoint', ({ endpoint, route }) => {
    expect(routeOf(parse('GET', endpoint))).toBe(route)
  })

  test.each([
    { endpoint: 'pulls', fields: [['title', 't'], ['head', 'h'], ['base', 'b'], ['draft', true]], route: 'create-pull' },
    { endpoint: 'issues', fields: [['title', 't']], route: 'create-issue' },
    { endpoint: 'issues/7/comments', fields: [['body', 'b']], route: 'create-comment' },
    { endpoint: 'pulls/7/reviews', fields: [['body', 'b'], ['event', 'COMMENT']], route: 'create-review' },
  ] as const)('POST $endpoint', ({ endpoint, fields, route }) => {
    expect(routeOf(parse('POST', `repos/acme/widget/${endpoint}`, fields))).toBe(route)
  })

  test('an added route takes its own fields alone', () => {
    expect(routeOf(parse('PATCH', 'repos/acme/widget/milestones/3', [['title', 't']]))).toBe('forge.routes[1]')
    expect(routeOf(parse('PATCH', 'repos/acme/widget/milestones/3', [['state', 'closed']]))).toContain('it has no field state')
  })
})

describe('what is refused', () => {
  test.each([
    { name: 'merging', method: 'PUT', endpoint: 'repos/acme/widget/pulls/7/merge' },
    { name: 'merging with another method', method: 'POST', endpoint: 'repos/acme/widget/pulls/7/merge' },
    { name: 'merging branches', method: 'POST', endpoint: 'repos/acme/widget/merges' },
    { name: 'contents', method: 'PUT', endpoint: 'repos/acme/widget/contents/README.md' },
    { name: 'reading contents', method: 'GET', endpoint: 'repos/acme/widget/contents/README.md' },
    { name: 'refs', method: 'POST', endpoint: 'repos/acme/widget/git/refs' },
    { name: 'releases', method: 'POST', endpoint: 'repos/acme/widget/releases' },
    { name: 'secrets', method: 'GET', endpoint: 'repos/acme/widget/actions/secrets' },
    { name: 'dispatching a workflow', method: 'POST', endpoint: 'repos/acme/widget/dispatches' },
    { name: 'keys', method: 'POST', endpoint: 'repos/acme/widget/keys' },
    { name: 'hooks', method: 'GET', endpoint: 'repos/acme/widget/hooks' },
    { name: 'forks', method: 'POST', endpoint: 'repos/acme/widget/forks' },
    { name: 'settings', method: 'PATCH', endpoint: 'repos/acme/widget' },
    { name: 'deleting', method: 'DELETE', endpoint: 'repos/acme/widget' },
    { name: 'a method in lower case', method: 'get', endpoint: 'repos/acme/widget' },
    { name: 'a method that is none', method: 'GET /x HTTP/1.1', endpoint: 'repos/acme/widget' },
    { name: 'GraphQL', method: 'POST', endpoint: 'graphql' },
    { name: 'GraphQL in another spelling', method: 'POST', endpoint: '/GraphQL?x=1' },
    { name: 'the user', method: 'GET', endpoint: 'user' },
    { name: 'another repository', method: 'GET', endpoint: 'repos/acme/other' },
    { name: 'a repository whose name only begins so', method: 'GET', endpoint: 'repos/acme/widget2' },
    { name: 'an address', method: 'GET', endpoint: 'https://evil.example/repos/acme/widget' },
    { name: 'an address without a scheme', method: 'GET', endpoint: '//evil.example/repos/acme/widget' },
    { name: 'user info', method: 'GET', endpoint: 'repos/acme/widget@evil' },
    { name: 'a percent-encoded slash', method: 'GET', endpoint: 'repos/acme/widget%2fpulls' },
    { name: 'a percent-encoded letter', method: 'GET', endpoint: 'repos/acme/widget/%70ulls' },
    { name: 'a doubly encoded slash', method: 'GET', endpoint: 'repos/acme/widget%252fpulls' },
    { name: 'a doubled slash', method: 'GET', endpoint: 'repos//acme/widget' },
    { name: 'a doubled slash in front', method: 'GET', endpoint: '//repos/acme/widget' },
    { name: 'a slash at the end', method: 'GET', endpoint: 'repos/acme/widget/' },
    { name: 'dots', method: 'GET', endpoint: 'repos/acme/widget/pulls/../hooks' },
    { name: 'a dot', method: 'GET', endpoint: 'repos/acme/./widget' },
    { name: 'three dots', method: 'GET', endpoint: 'repos/acme/.../widget' },
    { name: 'a backslash', method: 'GET', endpoint: 'repos\\acme\\widget' },
    { name: 'a semicolon', method: 'GET', endpoint: 'repos/acme/widget;x=1/pulls' },
    { name: 'another case of the route', method: 'GET', endpoint: 'repos/acme/widget/Pulls' },
    { name: 'another case of repos', method: 'GET', endpoint: 'Repos/acme/widget' },
    { name: 'a fragment', method: 'GET', endpoint: 'repos/acme/widget#/pulls' },
    { name: 'a line end', method: 'GET', endpoint: 'repos/acme/widget\r\nX: y' },
    { name: 'a NUL', method: 'GET', endpoint: 'repos/acme/widget\0' },
    { name: 'a full-width letter', method: 'GET', endpoint: 'repos/acme/widget/ｐulls' },
    { name: 'a number with a leading zero', method: 'GET', endpoint: 'repos/acme/widget/pulls/07' },
    { name: 'a number with a sign', method: 'GET', endpoint: 'repos/acme/widget/pulls/+7' },
    { name: 'zero', method: 'GET', endpoint: 'repos/acme/widget/pulls/0' },
    { name: 'a number in hexadecimal', method: 'GET', endpoint: 'repos/acme/widget/pulls/0x7' },
    { name: 'an address as a number', method: 'GET', endpoint: 'repos/acme/widget/pulls/https://h/x/pull/1' },
    { name: 'an Arabic digit', method: 'GET', endpoint: 'repos/acme/widget/pulls/٧' },
    { name: 'a suffix', method: 'GET', endpoint: 'repos/acme/widget/pulls/7.diff' },
    { name: 'the suffix of git', method: 'GET', endpoint: 'repos/acme/widget.git' },
    { name: 'another placeholder', method: 'GET', endpoint: 'repos/{owner}/{repo}/branches/{branch}' },
    { name: 'a placeholder in another place', method: 'GET', endpoint: 'repos/{repo}/{owner}' },
    { name: 'a query that overrides the method', method: 'GET', endpoint: 'repos/acme/widget?_method=DELETE' },
    { name: 'a query with a token', method: 'GET', endpoint: 'repos/acme/widget?access_token=x' },
    { name: 'a field twice in the query', method: 'GET', endpoint: 'repos/acme/widget/pulls?state=open&state=all' },
    { name: 'an encoded query', method: 'GET', endpoint: 'repos/acme/widget/pulls?st%61te=all' },
    { name: 'an array in the query', method: 'GET', endpoint: 'repos/acme/widget/pulls?state[]=all' },
    { name: 'two question marks', method: 'GET', endpoint: 'repos/acme/widget/pulls?state=all?page=1' },
    { name: 'a page beyond the bound', method: 'GET', endpoint: 'repos/acme/widget/pulls?page=11' },
    { name: 'a query on a POST', method: 'POST', endpoint: 'repos/acme/widget/issues?title=x' },
    { name: 'nothing', method: 'GET', endpoint: '' },
  ])('$name', ({ method, endpoint }) => {
    expect(routeOf(parse(method, endpoint))).toMatch(/^RW_FORGE_ROUTE /)
  })

  test.each([
    { name: 'an approval', endpoint: 'pulls/7/reviews', fields: [['event', 'APPROVE'], ['body', 'x']] },
    { name: 'an approval in lower case', endpoint: 'pulls/7/reviews', fields: [['event', 'approve'], ['body', 'x']] },
    { name: 'a request for changes', endpoint: 'pulls/7/reviews', fields: [['event', 'REQUEST_CHANGES'], ['body', 'x']] },
    { name: 'a review that stays pending', endpoint: 'pulls/7/reviews', fields: [['body', 'x']] },
    { name: 'an event twice', endpoint: 'pulls/7/reviews', fields: [['event', 'COMMENT'], ['event', 'APPROVE'], ['body', 'x']] },
    { name: 'a field that is not of the route', endpoint: 'issues', fields: [['title', 't'], ['assignees', 'x']] },
    { name: 'maintainers who may push', endpoint: 'pulls', fields: [['title', 't'], ['head', 'h'], ['base', 'b'], ['maintainer_can_modify', true]] },
    { name: 'a prototype', endpoint: 'issues', fields: [['title', 't'], ['__proto__', 'x']] },
    { name: 'a number for a text', endpoint: 'issues', fields: [['title', 7]] },
    { name: 'nothing for a text', endpoint: 'issues', fields: [['title', null]] },
    { name: 'a missing field', endpoint: 'pulls', fields: [['title', 't'], ['head', 'h']] },
  ] as const)('POST: $name', ({ endpoint, fields }) => {
    expect(routeOf(parse('POST', `repos/acme/widget/${endpoint}`, fields))).toMatch(/^RW_FORGE_ROUTE /)
  })

  test('nothing throws, and whatever passes is a route of the list', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.string().map((rest) => `repos/acme/widget/${rest}`)), (method, endpoint) => {
        const parsed = parse(method, endpoint)
        return parsed.kind === 'error' || parsed.value.kind === 'added' || API_ROUTES.includes(parsed.value.route)
      }),
    )
  })
})
