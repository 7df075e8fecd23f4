import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../testing/unwrap.ts'
import { parseConfig } from './parse-config.ts'

const SMALLEST = `version: 1
forges:
  gitea:
    kind: gitea
    url: https://git.example.org/
    credential: { env: GITEA_TOKEN }
repositories:
  gitea/acme/widget:
    read: ['*']
    push: ['*']
`

/** The smallest file with something behind it. */
function withLines(lines: string): string {
  return `${SMALLEST}${lines}\n`
}

/** The smallest file with more settings of its repository. */
function withSettings(lines: string): string {
  return `${SMALLEST}${lines.replaceAll(/^/gm, '    ')}\n`
}

/** The smallest file with another forge. */
function withForge(lines: string): string {
  return SMALLEST.replace(/ {4}kind:[^]*?(?=repositories)/, `${lines.replaceAll(/^/gm, '    ')}\n`)
}

function problemsOf(text: string): readonly string[] {
  const parsed = parseConfig(text)
  return parsed.kind === 'ok' ? [] : parsed.problems.map(({ line, path, code, message, hint }) => `${line ?? '-'} ${path} ${code} ${message}; ${hint ?? ''}`)
}

describe('a file that is right', () => {
  test('ten lines are enough, and everything else is filled in on the safe side', () => {
    expect(SMALLEST.trimEnd().split('\n')).toHaveLength(10)
    const config = unwrap(parseConfig(SMALLEST))
    expect(config).toMatchObject({ version: 1, listen: { host: '127.0.0.1', port: 8417 }, publicUrl: 'http://127.0.0.1:8417', data: 'refward-data', sessions: { lifetime: 86_400 } })
    expect([...config.forges.values()]).toMatchObject([{ name: 'gitea', url: 'https://git.example.org', credential: { kind: 'env', variable: 'GITEA_TOKEN', username: 'refward' } }])
    expect(config.repositories).toMatchObject([
      {
        key: 'gitea/acme/widget',
        settings: {
          branches: { own: ['agent/{agent}/**'], protected: [], create: 'own', rewrite: 'own', delete: 'own', initialPush: 'deny' },
          tags: { create: 'never', move: 'never', delete: 'never' },
          refs: [],
          paths: { deny: [], allow: [] },
          symlinks: 'inside',
          submodules: { hosts: [] },
          secrets: { scanner: 'secretlint', exceptions: [] },
          limits: { pack: 2 ** 30, object: 100 * 2 ** 20 },
        },
      },
    ])
  })

  test('defaults are taken over key by key, lists whole, and an entry has the last word', () => {
    const text = `${SMALLEST.replace('read:', 'branches: { own: [bots/**] }\n    read:')}defaults:
  branches: { own: ['x/**'], protected: [release], rewrite: never }
  limits: { refs: 3 }
  credential: { file: /run/token }
`
    const [entry] = unwrap(parseConfig(text)).repositories
    expect(entry?.settings.branches).toEqual({ own: ['bots/**'], protected: ['release'], create: 'own', rewrite: 'never', delete: 'own', initialPush: 'deny' })
    expect(entry?.settings.limits.refs).toBe(3)
    expect(entry?.settings.credential).toEqual({ kind: 'file', path: '/run/token', username: 'refward', mode: 'bot' })
  })

  test('a credential is one choice, and never half of two', () => {
    const text = `${withSettings('credential: { env: OTHER }')}defaults:\n  credential: { file: /run/token, username: bot }\n`
    expect(unwrap(parseConfig(text)).repositories[0]?.settings.credential).toEqual({ kind: 'env', variable: 'OTHER', username: 'refward', mode: 'bot' })
  })

  test.each([
    { name: 'sizes with units', lines: 'limits: { object: 1.5 MiB }', path: 'object', value: 1_572_864 },
    { name: 'sizes as numbers', lines: 'limits: { object: 2000 }', path: 'object', value: 2000 },
    { name: 'times with units', lines: 'limits: { time: 90s }', path: 'time', value: 90 },
    { name: 'times as numbers', lines: 'limits: { time: 5 }', path: 'time', value: 5 },
  ])('$name', ({ lines, path, value }) => {
    expect(unwrap(parseConfig(withSettings(lines))).repositories[0]?.settings.limits).toHaveProperty(path, value)
  })

  test.each([
    { kind: 'github', username: 'x-access-token' },
    { kind: 'gitlab', username: 'oauth2' },
    { kind: 'git', username: 'git' },
  ])('the user name that $kind expects', ({ kind, username }) => {
    const config = unwrap(parseConfig(SMALLEST.replace('kind: gitea', `kind: ${kind}`)))
    expect([...config.forges.values()][0]?.credential).toMatchObject({ username })
  })

  test('a credential from a command is a list, and no shell', () => {
    const config = unwrap(parseConfig(SMALLEST.replace('env: GITEA_TOKEN', 'command: [pass, show, a b; rm]')))
    expect([...config.forges.values()][0]?.credential).toEqual({ kind: 'command', argv: ['pass', 'show', 'a b; rm'], username: 'refward', mode: 'bot' })
  })

  test('an exception holds to the end of its day', () => {
    const config = unwrap(parseConfig(withSettings('secrets: { exceptions: [{ fingerprint: rwf1_12345678, reason: test, expires: 2026-11-23 }] }')))
    expect(config.repositories[0]?.settings.secrets.exceptions[0]?.expires).toBe(Date.parse('2026-11-23T23:59:59.999Z'))
  })
})

describe('a file that is wrong', () => {
  test.each([
    { name: 'an empty file', text: '', problem: '-  RW_CONFIG_VALUE an empty value is not valid: it must be a mapping; write one with refward init' },
    { name: 'a list', text: '[]', problem: '-  RW_CONFIG_VALUE a list is not valid: it must be a mapping; write one with refward init' },
    { name: 'another version', text: SMALLEST.replace('version: 1', 'version: 2'), problem: '1 version RW_CONFIG_VALUE 2 is not valid: it must be 1; for example 1' },
    { name: 'no version', text: SMALLEST.replace('version: 1', ''), problem: '- version RW_CONFIG_MISSING this key is missing; for example 1' },
    { name: 'a misspelt key', text: withLines('lisen: 127.0.0.1:1'), problem: '11 lisen RW_CONFIG_UNKNOWN_KEY the key lisen is not known here; did you mean listen?' },
    { name: 'a key in another style', text: withLines('publicUrl: http://x'), problem: '11 publicUrl RW_CONFIG_UNKNOWN_KEY the key publicUrl is not known here; did you mean public_url?' },
    { name: 'a misspelt key of a repository', text: withSettings('brnaches: {}'), problem: '11 repositories."gitea/acme/widget".brnaches RW_CONFIG_UNKNOWN_KEY the key brnaches is not known here; did you mean branches?' },
    { name: 'a key like nothing', text: withSettings('tags: { xyzzy: 1 }'), problem: '11 repositories."gitea/acme/widget".tags.xyzzy RW_CONFIG_UNKNOWN_KEY the key xyzzy is not known here; known here: create, move, delete' },
    { name: 'a misspelt choice', text: SMALLEST.replace('kind: gitea', 'kind: gitae'), problem: '4 forges.gitea.kind RW_CONFIG_VALUE gitae is not valid: it must be one of gitea, forgejo, github, gitlab, git; did you mean gitea?; for example gitea' },
    { name: 'a permission that is none', text: withSettings('branches: { rewrite: sometimes }'), problem: '11 repositories."gitea/acme/widget".branches.rewrite RW_CONFIG_VALUE sometimes is not valid: it must be never, own, or a list of patterns; for example own' },
    { name: 'text for a list', text: SMALLEST.replace("read: ['*']", "read: '*'"), problem: '9 repositories."gitea/acme/widget".read RW_CONFIG_VALUE "*" is not valid: it must be a list; for example ["*"]' },
    { name: 'text for a number', text: withSettings('limits: { refs: many }'), problem: '11 repositories."gitea/acme/widget".limits.refs RW_CONFIG_VALUE many is not valid: it must be a number; for example 50' },
    { name: 'a size without a known unit', text: withSettings('limits: { pack: 9 parsec }'), problem: '11 repositories."gitea/acme/widget".limits.pack RW_CONFIG_VALUE "9 parsec" is not valid: it must be a size such as 500 MiB or 2 GiB, or a number of bytes; for example "1 GiB"' },
    { name: 'a size that is negative', text: withSettings('limits: { pack: -1 }'), problem: '11 repositories."gitea/acme/widget".limits.pack RW_CONFIG_VALUE -1 is not valid: it must be a size such as 500 MiB or 2 GiB, or a number of bytes; for example "1 GiB"' },
    { name: 'a size out of its bounds', text: withSettings('limits: { pack: 1 }'), problem: '11 repositories."gitea/acme/widget".limits.pack RW_CONFIG_VALUE 1 is not valid: it must lie between 1024 and 1099511627776; for example "1 GiB"' },
    { name: 'not a number', text: withSettings('limits: { pack: .nan }'), problem: '11 repositories."gitea/acme/widget".limits.pack RW_CONFIG_VALUE NaN is not valid: it must be a size such as 500 MiB or 2 GiB, or a number of bytes; for example "1 GiB"' },
    { name: 'an empty section', text: withSettings('branches:'), problem: '11 repositories."gitea/acme/widget".branches RW_CONFIG_VALUE an empty value is not valid: it must be a mapping; Rules on branches, whose names are written without refs/heads/' },
    { name: 'a branch pattern with refs', text: withSettings('branches: { own: [refs/heads/x] }'), problem: '11 repositories."gitea/acme/widget".branches.own[0] RW_CONFIG_VALUE refs/heads/x is not valid: branches are written without refs/heads/, and tags without refs/tags/; for example ["agent/{agent}/**"]' },
    { name: 'an agent as a part of a part', text: withSettings("branches: { own: ['agent-{agent}-*'] }"), problem: '11 repositories."gitea/acme/widget".branches.own[0] RW_CONFIG_VALUE "agent-{agent}-*" is not valid: {agent} must be a whole part, as in agent/{agent}/**: agent-{agent}-* of agent a would match the branches of agent a-b; for example ["agent/{agent}/**"]' },
    { name: 'an agent behind any number of parts', text: withSettings("branches: { own: ['**/{agent}/x'] }"), problem: '11 repositories."gitea/acme/widget".branches.own[0] RW_CONFIG_VALUE "**/{agent}/x" is not valid: {agent} must stand before **; for example ["agent/{agent}/**"]' },
    { name: 'another name in braces', text: withSettings("branches: { own: ['{user}/**'] }"), problem: '11 repositories."gitea/acme/widget".branches.own[0] RW_CONFIG_VALUE "{user}/**" is not valid: the only thing in braces is {agent}; for example ["agent/{agent}/**"]' },
    { name: 'a pattern that no ref can match', text: withSettings("branches: { own: ['a..b/*'] }"), problem: '11 repositories."gitea/acme/widget".branches.own[0] RW_CONFIG_VALUE "a..b/*" is not valid: it can match no ref: it has one of ~ ^ : ? * [ \\ or .. or @{; for example ["agent/{agent}/**"]' },
    { name: 'every namespace', text: withSettings("refs: ['refs/**']"), problem: '11 repositories."gitea/acme/widget".refs[0] RW_CONFIG_VALUE "refs/**" is not valid: it must name its namespace, as in refs/notes/**; for example ["refs/notes/{agent}/**"]' },
    { name: 'heads as another namespace', text: withSettings("refs: ['refs/Heads/**']"), problem: '11 repositories."gitea/acme/widget".refs[0] RW_CONFIG_VALUE "refs/Heads/**" is not valid: heads and tags have rules of their own: branches and tags; for example ["refs/notes/{agent}/**"]' },
    { name: 'replacement refs', text: withSettings("refs: ['refs/replace/*']"), problem: '11 repositories."gitea/acme/widget".refs[0] RW_CONFIG_VALUE "refs/replace/*" is not valid: refs/replace is reserved and can never be pushed to; for example ["refs/notes/{agent}/**"]' },
    { name: 'a path from the root', text: withSettings('paths: { deny: [/etc] }'), problem: '11 repositories."gitea/acme/widget".paths.deny[0] RW_CONFIG_VALUE /etc is not valid: paths are written from the top of the repository, without a slash at the start; for example ["deploy/**"]' },
    { name: 'a directory as a path', text: withSettings('paths: { deny: [deploy/] }'), problem: '11 repositories."gitea/acme/widget".paths.deny[0] RW_CONFIG_VALUE deploy/ is not valid: everything below a directory is written deploy/**; for example ["deploy/**"]' },
    { name: 'a day that no calendar has', text: withSettings('secrets: { exceptions: [{ fingerprint: rwf1_12345678, reason: x, expires: 2026-02-30 }] }'), problem: '11 repositories."gitea/acme/widget".secrets.exceptions[0].expires RW_CONFIG_VALUE 2026-02-30 is not valid: it must be a day such as 2027-01-31, or a moment such as 2027-01-31T18:00Z; for example 2027-01-31' },
    { name: 'an exception without a reason', text: withSettings('secrets: { exceptions: [{ fingerprint: rwf1_12345678, expires: 2026-02-03 }] }'), problem: '11 repositories."gitea/acme/widget".secrets.exceptions[0].reason RW_CONFIG_MISSING this key is missing; for example "test vector of RFC 7515"' },
    { name: 'a forge name in upper case', text: SMALLEST.replace('  gitea:', '  Gitea:'), problem: '3 forges.Gitea RW_CONFIG_VALUE Gitea is not valid: it must be lower case letters, digits and single dashes; for example {"kind":"gitea","url":"https://git.example.org","credential":{"env":"GITEA_TOKEN"}}' },
    { name: 'a repository with two parts', text: SMALLEST.replace('gitea/acme/widget', 'gitea/widget'), problem: '8 repositories."gitea/widget" RW_CONFIG_VALUE gitea/widget is not valid: it must be <forge>/<owner>/<repo>; * stands for any name, ** for any rest; for example {"read":["*"],"push":["fixer"]}' },
    { name: 'no repositories', text: `${SMALLEST.slice(0, SMALLEST.indexOf('repositories'))}repositories: {}\n`, problem: '7 repositories RW_CONFIG_VALUE a mapping is not valid: at least one repository is needed; for example {"gitea/acme/widget":{"read":["*"],"push":["*"]}}' },
    { name: 'an address without a port', text: withLines('listen: 127.0.0.1'), problem: '11 listen RW_CONFIG_VALUE 127.0.0.1 is not valid: it must be an address and a port, as 127.0.0.1:8417; for example 127.0.0.1:8417' },
    { name: 'a port that is none', text: withLines('listen: 127.0.0.1:99999'), problem: '11 listen RW_CONFIG_VALUE 127.0.0.1:99999 is not valid: it must be an address and a port, as 127.0.0.1:8417; for example 127.0.0.1:8417' },
    { name: 'a forge that is no web address', text: SMALLEST.replace('https://git.example.org/', 'file:///srv'), problem: '5 forges.gitea.url RW_CONFIG_VALUE file:///srv is not valid: it must be http:// or https://, a host, and nothing that needs escaping; for example https://git.example.org' },
    { name: 'a forge address with traversal', text: SMALLEST.replace('https://git.example.org/', 'https://git.example.org/a/../b'), problem: '5 forges.gitea.url RW_CONFIG_VALUE https://git.example.org/a/../b is not valid: it has . or .. as a part; for example https://git.example.org' },
  ])('$name', ({ text, problem }) => {
    expect(problemsOf(text)).toContain(problem)
  })

  test('all problems are listed at once, in the order of the file', () => {
    const text = `${withSettings('limits: { refs: many }\nbrnaches: {}')}lisen: x\n`.replace('kind: gitea', 'kind: gitae').replace('gitea/acme/widget', 'gitae/acme/widget').replace("push: ['*']", 'push: [a, B]')
    expect(problemsOf(text).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      '4 forges.gitea.kind RW_CONFIG_VALUE',
      '8 repositories."gitae/acme/widget" RW_CONFIG_CONFLICT',
      '10 repositories."gitae/acme/widget".push[1] RW_CONFIG_VALUE',
      '11 repositories."gitae/acme/widget".limits.refs RW_CONFIG_VALUE',
      '12 repositories."gitae/acme/widget".brnaches RW_CONFIG_UNKNOWN_KEY',
      '13 lisen RW_CONFIG_UNKNOWN_KEY',
    ])
  })
})

describe('settings that contradict each other', () => {
  test.each([
    { name: 'a repository of a forge that is not there', text: SMALLEST.replace('gitea/acme', 'gitaa/acme'), problem: 'there is no forge gitaa; did you mean gitea?' },
    { name: 'an address that means every interface, for agents to use', text: withLines('listen: 0.0.0.0:80'), problem: 'agents cannot reach an address that means every interface' },
    { name: 'the same in IPv6', text: withLines("listen: '[::]:80'"), problem: 'agents cannot reach an address that means every interface' },
    { name: 'a credential in clear', text: SMALLEST.replace('https:', 'http:'), problem: 'the credential would travel unencrypted' },
    { name: 'a host that only looks like this machine', text: SMALLEST.replace('https://git.example.org', 'http://localhost.example.org'), problem: 'the credential would travel unencrypted' },
    { name: 'a certificate authority without TLS', text: withForge('kind: git\nurl: http://127.0.0.1:3000\nca: x.pem\ncredential: { env: X }'), problem: 'a certificate authority has no use with http://' },
    { name: 'nobody may read', text: SMALLEST.replace("read: ['*']", 'read: []').replace("push: ['*']", 'push: []'), problem: 'no agent may read this repository' },
    { name: 'push without read', text: SMALLEST.replace("read: ['*']", 'read: [a]').replace("push: ['*']", 'push: [a, b]'), problem: 'b may push but not read, and pushing needs reading; add b to read' },
    { name: 'own branches that are all protected', text: withSettings('branches: { own: [Bots/a/**], protected: [bots/**] }'), problem: 'every branch that Bots/a/** matches is protected by bots/**' },
    { name: 'own branches that are not shown', text: withSettings('visible: [refs/heads/main]'), problem: 'agents would own branches that they are not shown; add refs/heads/agent/{agent}/** to visible' },
    { name: 'a lifted path that nothing denies', text: withSettings('paths: { allow: [src/**] }'), problem: 'src/** lifts nothing' },
    { name: 'a path both denied and allowed', text: withSettings('paths: { allow: [.github/workflows/a.yml], deny: [.github/**] }'), problem: 'paths.deny has .github/**, which always stands' },
    { name: 'an object larger than all', text: withSettings('limits: { object: 2 GiB, unpacked: 1 GiB }'), problem: 'one object may be larger than all of them together' },
    { name: 'one agent more than all', text: withLines('limits: { in_flight: 2, agent_in_flight: 3 }'), problem: 'one agent may have more requests under way (3) than all together (2)' },
    { name: 'one repository twice', text: withLines("  gitea/Acme/Widget.git: { read: ['*'] }"), problem: 'this entry never applies, because gitea/acme/widget comes first and covers it' },
    { name: 'a wildcard behind a wider one', text: withLines("  gitea/**: { read: ['*'] }\n  gitea/acme/*: { read: ['*'] }"), problem: 'this entry never applies, because gitea/** comes first and covers it' },
  ])('$name', ({ text, problem }) => {
    expect(problemsOf(text).join('\n')).toContain(problem)
  })

  test.each([
    { name: 'loopback without TLS', text: SMALLEST.replace('https://git.example.org', 'http://127.0.0.1:3000') },
    { name: 'unencrypted on purpose', text: withForge('kind: gitea\nurl: http://gitea:3000\ninsecure_http: true\ncredential: { env: X }') },
    { name: 'unencrypted without a credential', text: withForge('kind: gitea\nurl: http://gitea:3000\ncredential: { anonymous: true }') },
    { name: 'every interface with an address for agents', text: withLines('listen: 0.0.0.0:80\npublic_url: http://refward') },
    { name: 'a narrow view where nobody pushes', text: SMALLEST.replace("push: ['*']", 'visible: [refs/heads/main]') },
    { name: 'a wildcard behind an exact entry', text: withLines("  gitea/acme/*: { read: ['*'] }") },
    { name: 'a narrow wildcard before a wide one', text: withLines("  gitea/acme/*: { read: ['*'] }\n  gitea/**: { read: ['*'] }") },
  ])('and those that do not: $name', ({ text }) => {
    expect(problemsOf(text)).toEqual([])
  })

  test('a contradiction in the defaults is shown there, and once', () => {
    const text = `${SMALLEST.replace("    push: ['*']\n", "  gitea/acme/two:\n    read: ['*']\n").replace("read: ['*']\n", "read: ['*']\n")}defaults:\n  limits: { object: 2 GiB, unpacked: 1 GiB }\n`
    expect(problemsOf(text)).toHaveLength(1)
    expect(problemsOf(text)[0]).toMatch(/^13 defaults\.limits\.object /)
  })
})

describe('credentials stay out of problems', () => {
  const token = 'ghp_0123456789abcdefABCDEF0123456789abcd'

  test.each([
    { name: 'a token in the place of a credential', text: SMALLEST.replace('{ env: GITEA_TOKEN }', token) },
    { name: 'a token in the place of a variable', text: SMALLEST.replace('GITEA_TOKEN', token) },
    { name: 'a token under an unknown key', text: SMALLEST.replace('{ env: GITEA_TOKEN }', `{ token: ${token} }`) },
    { name: 'a token in an address', text: SMALLEST.replace('https://git', `https://x:${token}@git`) },
    { name: 'a token in a public address', text: withLines(`public_url: https://x:${token}@git`) },
    { name: 'a token as a user name', text: SMALLEST.replace('env: GITEA_TOKEN', `env: GITEA_TOKEN, username: "a:${token}"`) },
    { name: 'a token where nobody expects one', text: withLines(`listen: ${token}`) },
    { name: 'a short password as a credential', text: SMALLEST.replace('{ env: GITEA_TOKEN }', 'hunter2') },
    { name: 'a token in YAML that does not parse', text: `${SMALLEST}token: "${token}\n` },
    { name: 'a token that YAML reads as an alias', text: SMALLEST.replace('{ env: GITEA_TOKEN }', `*${token}`) },
  ])('$name', ({ text }) => {
    const problems = problemsOf(text)
    expect(problems).not.toEqual([])
    expect(problems.join('\n')).not.toContain(token)
    expect(problems.join('\n')).not.toContain('hunter2')
  })
})

describe('hostile files', () => {
  test.each([
    { name: 'a billion laughs', text: 'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n', problem: 'anchors and aliases are not read' },
    { name: 'a merge key', text: `${SMALLEST}<<: { data: x }\n`, problem: 'merge keys are not read' },
    { name: 'a tag', text: `${SMALLEST}data: !!binary aGk=\n`, problem: 'tags are not read' },
    { name: 'a custom tag', text: `${SMALLEST}data: !secret x\n`, problem: 'tags are not read' },
    { name: 'a key twice, of which readers take different ones', text: `${SMALLEST}data: a\ndata: b\n`, problem: 'a key stands twice' },
    { name: 'two documents', text: `${SMALLEST}---\nversion: 1\n`, problem: 'several documents' },
    { name: 'a key that is no text', text: `${SMALLEST}1: x\n`, problem: 'a key is not text' },
    { name: 'a key that is a mapping', text: `${SMALLEST}? { a: b }\n: x\n`, problem: 'a key is not text' },
    { name: 'a prototype', text: `${SMALLEST}__proto__: { data: x }\n`, problem: '__proto__ is not allowed' },
    { name: 'a prototype as a repository', text: withLines('  __proto__: {}'), problem: '__proto__ is not allowed' },
    { name: 'a constructor', text: withLines('constructor: { prototype: {} }'), problem: 'the key constructor is not known here' },
    { name: 'a constructor as a forge', text: withLines('  constructor/a/b: { read: [x] }'), problem: 'there is no forge constructor' },
    { name: 'a hundred thousand brackets', text: '['.repeat(100_000), problem: 'nested too deeply' },
    { name: 'a hundred thousand dashes', text: '- '.repeat(100_000), problem: 'nested too deeply' },
    { name: 'twenty-one levels', text: `a:\n${Array.from({ length: 22 }, (_, depth) => `${' '.repeat(depth + 1)}a:\n`).join('')}`, problem: 'nested too deeply' },
    { name: 'more than a megabyte', text: `#${'x'.repeat(1_048_576)}`, problem: 'longer than 1048576 characters' },
    { name: 'a list without end', text: `${SMALLEST}data: [${'1,'.repeat(60_000)}]\n`, problem: 'more than 50000 values' },
    { name: 'a star without quotes', text: SMALLEST.replace("['*']", '[*]'), problem: "needs quotes, as in ['*', 'agent/{agent}/**']" },
    { name: 'braces without quotes', text: withSettings('branches: { own: [agent/{agent}/**] }'), problem: "needs quotes, as in ['*', 'agent/{agent}/**']" },
    { name: 'a NUL', text: `${SMALLEST}data: "a\\0b"\nlisen: x`, problem: 'lisen' },
  ])('$name', ({ text, problem }) => {
    expect(problemsOf(text).join('\n')).toContain(problem)
  })

  test('a prototype key changes nothing for anyone', () => {
    problemsOf(`${SMALLEST}__proto__: { polluted: yes }\n`)
    problemsOf(withLines('constructor: { prototype: { polluted: yes } }'))
    expect('polluted' in {}).toBe(false)
  })

  test('never throws, whatever the text', () => {
    const piece = fc.constantFrom('version: 1\n', 'forges:\n', '  gitea:\n', '    kind: gitea\n', 'repositories: ', '{', '}', '[', ']', ': ', '- ', '&a ', '*a ', '? ', '!!map ', '"', "'", '\n', '  ', '#', '|', '>', '%YAML 1.1\n', '---\n', 'defaults: {}', '\0', '\ud800')
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: piece, maxLength: 30 }), fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseConfig(text)
        return parsed.kind === 'ok' || parsed.problems.length > 0
      }),
      { numRuns: 300 },
    )
  })

  test('never throws, whatever the values', () => {
    const value = fc.json({ maxDepth: 4 })
    fc.assert(
      fc.property(fc.constantFrom('forges', 'repositories', 'defaults', 'limits', 'listen', 'version', 'log'), value, (key, json) => {
        const text = `${SMALLEST.replace(new RegExp(`^${key}:(?:.*\\n(?: .*\\n)*)`, 'm'), '')}${key}: ${json}\n`
        const parsed = parseConfig(text)
        return parsed.kind === 'ok' || parsed.problems.every(({ message }) => /^[\x20-\x7e]+$/.test(message))
      }),
      { numRuns: 200 },
    )
  })
})
