import { RandomText } from './random-text.ts'

/** A text with a secret, as it stands in files. */
export interface Sample {
  readonly text: string
  readonly secret: string
}

type MakeSample = (random: RandomText) => Sample | string

const LOWER_HEX_40 = (random: RandomText): string => random.hex(40)
const segment = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
const jwt = (random: RandomText): string =>
  `${segment({ alg: 'RS256', kid: random.hex(8) })}.${segment({ sub: random.hex(12), iat: random.below(2e9) })}.${random.base64url(86)}`
const lines = (text: string, width: number): string => (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')
const after = (text: string, secret: string): Sample => ({ text: text + secret, secret })
const basic = (random: RandomText): string => Buffer.from(`fixer:${random.alphanumeric(20)}`).toString('base64')

/**
 * One maker of positive samples for each of our rules. Samples are made, never written down: a literal one would raise the
 * alarm of every scanner that reads this repository, ours included.
 */
export const RULE_SAMPLES: Readonly<Record<string, MakeSample>> = {
  'github-token': (r) => r.pick(['ghp', 'gho', 'ghu', 'ghs', 'ghr']) + '_' + r.alphanumeric(36),
  'github-fine-grained-token': (r) => `github_pat_${r.alphanumeric(22)}_${r.alphanumeric(59)}`,
  'github-app-token': (r) => `ghs_${100_000 + r.below(900_000)}_${jwt(r)}`,
  'gitlab-token': (r) =>
    `${r.pick(['glpat', 'glptt', 'gldt', 'glrt', 'glcbt', 'glagent', 'glsoat'])}-${r.base64url(20)}`,
  'gitlab-runner-registration': (r) => `GR1348941${r.base64url(20)}`,
  'npm-token': (r) => `npm_${r.alphanumeric(36)}`,
  'npmrc-credential': (r) => after('//registry.internal/:_authToken=', r.alphanumeric(36)),
  'pypi-token': (r) => `pypi-AgE${r.base64url(150)}`,
  'rubygems-token': (r) => `rubygems_${r.hex(48)}`,
  'aws-access-key-id': (r) => r.pick(['AKIA', 'ASIA']) + r.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16),
  'aws-secret-access-key': (r) =>
    after(r.pick(['AWS_SECRET_ACCESS_KEY=', '"SecretAccessKey": "', 'aws_secret_access_key = ']), r.alphanumeric(40)),
  'google-api-key': (r) => `AIza${r.base64url(35)}`,
  'google-oauth-secret': (r) => `GOCSPX-${r.base64url(28)}`,
  'google-oauth-token': (r) => `ya29.${r.base64url(120)}`,
  'azure-account-key': (r) => after('AccountName=widget;AccountKey=', `${r.base64url(86)}==`),
  'digitalocean-token': (r) => `${r.pick(['dop', 'doo', 'dor'])}_v1_${r.hex(64)}`,
  'terraform-token': (r) => after(r.base64url(14), `.atlasv1.${r.base64url(67)}`),
  'heroku-token': (r) => `HRKU-AA${r.base64url(58)}`,
  'pulumi-token': (r) => `pul-${r.hex(40)}`,
  'slack-token': (r) =>
    `${r.pick(['xoxb', 'xoxp', 'xoxe.xoxp', 'xapp'])}-1-${r.alphanumeric(12)}-${r.alphanumeric(24)}`,
  'slack-webhook': (r) =>
    after('https://hooks.slack.com/services/', `T${r.base64url(8)}/B${r.base64url(10)}/${r.base64url(24)}`),
  'discord-webhook': (r) => after(`https://discord.com/api/webhooks/${'1'.repeat(18)}/`, r.base64url(68)),
  'stripe-key': (r) => `${r.pick(['sk_live', 'rk_live', 'sk_test'])}_${r.base64url(40)}`,
  'stripe-webhook-secret': (r) => `whsec_${r.base64url(32)}`,
  'openai-key': (r) => `sk-${r.pick(['proj', 'svcacct', 'admin'])}-${r.base64url(120)}`,
  'anthropic-key': (r) => `sk-ant-${r.pick(['api03', 'oat01', 'admin01'])}-${r.base64url(93)}AA`,
  'openrouter-key': (r) => `sk-or-v1-${r.hex(64)}`,
  'sendgrid-key': (r) => `SG.${r.base64url(22)}.${r.base64url(43)}`,
  'atlassian-token': (r) => `ATATT3xFf${r.base64url(170)}`,
  'sentry-token': (r) => `sntryu_${r.hex(64)}`,
  'supabase-token': (r) => `sbp_${r.hex(40)}`,
  'postman-key': (r) => `PMAK-${r.hex(24)}-${r.hex(34)}`,
  'private-key': (r) => {
    const kind = r.pick(['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED '])
    return `-----BEGIN ${kind}PRIVATE KEY-----\n${lines(`MII${r.base64url(400)}`, 64)}\n`
  },
  'putty-private-key': (r) =>
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 2\n${lines(r.base64url(100), 64)}\nPrivate-Lines: 1\n${r.base64url(48)}`,
  'age-secret-key': (r) => `AGE-SECRET-KEY-1${r.from('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
  'json-web-token': jwt,
  'token-assignment': (r) =>
    after(r.pick(['GITEA_TOKEN=', 'token: "', "apiKey = '", '"password": "', 'access_token := `']), LOWER_HEX_40(r)),
  'authorization-header': (r) =>
    after(r.pick(['Authorization: Bearer ', 'authorization", "token ']), r.alphanumeric(40)),
  'basic-authorization-header': (r) => after('Authorization: Basic ', basic(r)),
  'url-password': (r) => {
    const secret = r.alphanumeric(16)
    return { text: `${r.pick(['https', 'postgres', 'redis', 'amqp'])}://fixer:${secret}@db.internal/widget`, secret }
  },
  'netrc-password': (r) => after('machine forge.internal\n  login fixer\n  password ', r.alphanumeric(24)),
  'docker-config-auth': (r) => {
    const secret = basic(r)
    return { text: `{"auths": {"registry.internal": {"auth": "${secret}"}}}`, secret }
  },
}

export function sampleOf(rule: string, seed: number): Sample {
  const make = RULE_SAMPLES[rule]
  if (make === undefined) throw new RangeError(`there is no sample for ${rule}`)
  const sample = make(new RandomText(seed))
  return typeof sample === 'string' ? { text: sample, secret: sample } : sample
}
