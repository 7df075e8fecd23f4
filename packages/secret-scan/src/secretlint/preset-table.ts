/** How one rule of the pinned secretlint preset is used. */
export type PresetEntry = RunEntry | LeftOutEntry

export interface RunEntry {
  readonly kind: 'run'
  readonly title: string
  /**
   * Whatever the rule's expressions match contains one of these. `preset-table.test.ts` proves it: it records the expressions
   * from the package itself, makes texts that match them, and fails when the package has others than those that were read.
   */
  readonly literals: readonly string[]
  readonly ignoreCase?: true
  /** Where a literal stands, nothing can match unless this does, beginning there. Saves a look at every plain URL. */
  readonly only?: RegExp
  /** Most bytes of a match before its literal begins. */
  readonly before?: number
  /** Most bytes from the beginning of the literal to the end of a match and of what the expression looks at beyond. */
  readonly after: number
}

interface LeftOutEntry {
  readonly kind: 'left-out'
  readonly reason: string
}

const run = (entry: Omit<RunEntry, 'kind'>): RunEntry => ({ kind: 'run', ...entry })

/** By the last part of the rule's id. A preset with a rule that is not here does not load. */
export const PRESET_TABLE: ReadonlyMap<string, PresetEntry> = new Map<string, PresetEntry>([
  ['1password', run({ title: '1Password service account token', literals: ['ops_ey'], after: 1300 })],
  ['anthropic', run({ title: 'Anthropic API key', literals: ['sk-ant-api0'], after: 150 })],
  [
    'aws',
    run({
      title: 'AWS secret access key',
      literals: ['access_key', 'accesskey'],
      ignoreCase: true,
      before: 16,
      after: 120,
    }),
  ],
  [
    'basicauth',
    run({
      title: 'password in a URL',
      literals: ['://'],
      only: /:\/\/[-a-zA-Z0-9_]{1,256}:[-a-zA-Z0-9_]{1,256}@/y,
      before: 5,
      after: 800,
    }),
  ],
  ['cloudflare', run({ title: 'Cloudflare API token', literals: ['cfk_', 'cfut_', 'cfat_'], after: 60 })],
  ['databricks', run({ title: 'Databricks access token', literals: ['dapi'], after: 45 })],
  ['docker', run({ title: 'Docker access token', literals: ['dckr_pat_'], after: 45 })],
  [
    'database-connection-string',
    run({
      title: 'password in a database URL',
      literals: ['mongodb://', 'mongodb+srv://', 'mysql://', 'mysqlx://', 'postgres://', 'postgresql://'],
      ignoreCase: true,
      before: 5,
      after: 1100,
    }),
  ],
  ['figma', run({ title: 'Figma access token', literals: ['figd_'], after: 210 })],
  [
    'github',
    run({ title: 'GitHub token', literals: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], after: 12_100 }),
  ],
  ['gitlab', run({ title: 'GitLab access token', literals: ['glpat-'], after: 140 })],
  ['grafana', run({ title: 'Grafana token', literals: ['glc_', 'glsa_'], after: 410 })],
  ['groq', run({ title: 'Groq API key', literals: ['gsk_'], after: 60 })],
  ['hashicorp-vault', run({ title: 'HashiCorp Vault token', literals: ['hvs.', 'hvb.', 'hvr.'], after: 310 })],
  ['huggingface', run({ title: 'Hugging Face token', literals: ['hf_'], only: /hf_[a-zA-Z]{34}/y, after: 40 })],
  ['linear', run({ title: 'Linear API key', literals: ['lin_api_'], after: 140 })],
  ['notion', run({ title: 'Notion integration token', literals: ['ntn_'], after: 55 })],
  ['npm', run({ title: 'npm access token', literals: ['npm_', ':x-oauth-basic@github'], before: 270, after: 45 })],
  ['openai', run({ title: 'OpenAI API key', literals: ['T3BlbkFJ'], before: 90, after: 90 })],
  ['privatekey', run({ title: 'private key', literals: ['PRIVATE KEY'], before: 30, after: 10_100 })],
  ['sendgrid', run({ title: 'SendGrid API key', literals: ['SG.'], after: 400 })],
  ['shopify', run({ title: 'Shopify access token', literals: ['shppa_', 'shpca_', 'shpat_', 'shpss_'], after: 75 })],
  [
    'slack',
    run({
      title: 'Slack token or webhook',
      literals: ['xoxb-', 'xoxp-', 'xapp-', 'xoxa-', 'xoxo-', 'xoxr-', 'https://hooks.slack.com/services/t'],
      ignoreCase: true,
      after: 2000,
    }),
  ],
  ['stripe', run({ title: 'Stripe secret key', literals: ['sk_live', 'sk_test', 'rk_live', 'rk_test'], after: 110 })],
  ['tailscale', run({ title: 'Tailscale key', literals: ['tskey-'], after: 130 })],
  ['vercel', run({ title: 'Vercel token', literals: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'], after: 70 })],
  [
    'filter-comments',
    {
      kind: 'left-out',
      reason: 'lets the scanned text switch rules off, and the scanned text is written by the agent',
    },
  ],
  [
    'gcp',
    {
      kind: 'left-out',
      reason:
        'opens files by the name that the agent gave them; the keys in service account files are found as private keys',
    },
  ],
])
