import { createHash } from 'node:crypto'
import { rules as presetRules } from '@secretlint/secretlint-rule-preset-recommend'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Detector } from '../detector.ts'
import { DetectorSet } from '../inspect/detector-set.ts'
import { RandomText } from '../testing/random-text.ts'
import { sampleOf } from '../testing/rule-samples.ts'
import { type PresetContext, type PresetRule, createPresetDetectors } from './preset-detectors.ts'
import { PRESET_TABLE } from './preset-table.ts'

const preset: readonly PresetRule[] = presetRules
const nameOf = (rule: PresetRule): string => rule.meta.id.replace('@secretlint/secretlint-rule-', '')
const used = preset
  .map((rule) => ({ name: nameOf(rule), rule }))
  .filter(({ name }) => PRESET_TABLE.get(name)?.kind === 'run')

/** The expressions that a rule asks a text about, from the package itself. */
function expressionsOf(rule: PresetRule): readonly RegExp[] {
  const expressions: RegExp[] = []
  const content = { matchAll: (expression: RegExp) => (expressions.push(expression), []) }
  runRule(rule, content as unknown as string)
  return expressions
}

/** What a rule reports of a whole text, without any of our windows. */
function runRule(rule: PresetRule, content: string): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = []
  const context: PresetContext = {
    sharedOptions: {},
    createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
    report: ({ range }) => void ranges.push(range),
    ignore: () => undefined,
  }
  rule.create(context, {}).file?.({ content, filePath: '', ext: '' } as never)
  return ranges
}

/** The expression without what stands around a match, which a generator of matches cannot make. */
function withoutAssertions(expression: RegExp): RegExp {
  const source = expression.source
    .replaceAll('(?<!\\p{L})', '')
    .replaceAll(/\(\?!(?:\[[^\]]*\]|\\w)\)/g, '')
    .replaceAll('\\b', '')
    .replaceAll(/\(\.\{1,256\}\)/g, '([ -~]{1,256})')
  return new RegExp(`^(?:${source})$`)
}

function detectorOf(rule: PresetRule): Detector {
  const [detector] = createPresetDetectors([rule])
  if (detector === undefined) throw new Error(`${rule.meta.id} is left out`)
  return detector
}

/** When one of these changes, read the new expressions and put the literals of the table right. */
const PINNED: Readonly<Record<string, string>> = {
  '1password': '1e3354a9c61dadf2',
  anthropic: 'ca6414890e59d546',
  aws: 'b961a209fce728e5',
  basicauth: '7bb075a41ab5ef70',
  cloudflare: '965b18fa130ce9f0',
  'database-connection-string': '7fc10f654725a7b3',
  databricks: '32656aa57f761b2a',
  docker: '04b5e67f04fafc11',
  figma: '9b3a6779bda77096',
  github: '139f427ac7cc9401',
  gitlab: '17578b3443aa36bb',
  grafana: '43b1a859d41c04bb',
  groq: '78aff3c3cbb633cf',
  'hashicorp-vault': 'ef1623f4fae53f5e',
  huggingface: 'f120fe7eca3ccba5',
  linear: 'c0f3ddcd569ac917',
  notion: 'a336189e65ffe1c4',
  npm: '10a76e81ed9786f6',
  openai: 'd2a842dda245ebd2',
  privatekey: '295c260d2e4c0f68',
  sendgrid: '009a124c64159d95',
  shopify: '6d2e17feae6a997c',
  slack: 'e3a49e73e00ebd02',
  stripe: 'dd22ec3bc498f764',
  tailscale: '329ff0ad8e02870f',
  vercel: '18b2aa32b3e9f4ad',
}

describe('the table of the secretlint preset', () => {
  test('knows every rule of the package and no other', () => {
    expect([...PRESET_TABLE.keys()].toSorted()).toEqual(preset.map(nameOf).toSorted())
  })

  test('leaves out only what lets the text speak for itself or opens files', () => {
    expect(preset.map(nameOf).filter((name) => PRESET_TABLE.get(name)?.kind === 'left-out')).toEqual([
      'gcp',
      'filter-comments',
    ])
  })

  test('was made for the expressions that the package has', () => {
    const digests = used.map(({ name, rule }) => {
      const text = expressionsOf(rule).map(String).join('\n')
      return [name, createHash('sha256').update(text).digest('hex').slice(0, 16)]
    })
    expect(Object.fromEntries(digests)).toEqual(PINNED)
  })

  test('refuses a preset with a rule that it does not know', () => {
    const rule: PresetRule = {
      meta: { id: '@secretlint/secretlint-rule-new' },
      create: () => ({ file: () => undefined }),
    }
    expect(() => createPresetDetectors([rule])).toThrow('unknown secretlint rule')
  })
})

describe('a window is as long as', () => {
  // Bounds of alternatives do not add up; what has no bound is cut at some length.
  const LONGEST: Readonly<Record<string, number>> = {
    openai: 'sk-svcacct-'.length + 74 + 'T3BlbkFJ'.length + 74,
    slack: 500,
  }

  test.each(used)('the longest match of $name', ({ name, rule }) => {
    const lengths = expressionsOf(rule).map(({ source }) => {
      const bounds = Array.from(source.matchAll(/\{(?:[0-9]+,)?([0-9]+)\}/g), (match) => Number(match[1]))
      return bounds.reduce((sum, bound) => sum + bound, 0)
    })
    const entry = PRESET_TABLE.get(name)
    const window = entry?.kind === 'run' ? (entry.before ?? 0) + entry.after : 0
    expect(window).toBeGreaterThan(LONGEST[name] ?? Math.max(...lengths))
  })
})

describe('a window around its literals shows a rule all that the whole text does', () => {
  const expressions = used.flatMap(({ name, rule }) =>
    expressionsOf(rule).map((expression) => ({ name, rule, expression })),
  )

  test.each(expressions)('$name: $expression', ({ rule, expression }) => {
    const detector = detectorOf(rule)
    const set = new DetectorSet([detector])
    const literals = detector.literals.map(({ bytes, ignoreCase }) => ({
      text: Buffer.from(bytes).toString('latin1'),
      ignoreCase,
    }))
    fc.assert(
      fc.property(fc.stringMatching(withoutAssertions(expression)), fc.boolean(), (match, isUpper) => {
        const sample = isUpper && expression.ignoreCase ? match.toUpperCase() : match
        const text = `${'.'.repeat(15_000)}\n ${Buffer.from(sample, 'utf8').toString('latin1')} \n${'.'.repeat(15_000)}`
        const isCandidate = literals.some(({ text: literal, ignoreCase }) =>
          ignoreCase ? text.toLowerCase().includes(literal.toLowerCase()) : text.includes(literal),
        )
        expect(isCandidate).toBe(true)
        const found = Array.from(set.detect(Buffer.from(text, 'latin1')), ({ start, end }) => [start, end])
        // A window begins where a literal does, so that a letter before it hides nothing: there may be more, never less.
        expect(found).toEqual(expect.arrayContaining([...runRule(rule, text)]))
      }),
      { numRuns: 60 },
    )
  })
})

describe('secretlint finds what it is there for', () => {
  const random = new RandomText(11)
  const rows = [
    {
      rule: '1password',
      text: `ops_${Buffer.from(JSON.stringify({ email: random.hex(60), muk: random.hex(58) })).toString('base64')}`,
    },
    { rule: 'anthropic', text: `sk-ant-api03-${random.base64url(93)}AA` },
    { rule: 'aws', text: sampleOf('aws-secret-access-key', 12).text },
    { rule: 'basicauth', text: `https://fixer:${random.alphanumeric(12)}@forge.dev/x` },
    { rule: 'cloudflare', text: `cfut_${random.alphanumeric(40)}${random.hex(8)}` },
    { rule: 'databricks', text: `dapi${random.hex(32)}` },
    {
      rule: 'database-connection-string',
      text: `postgresql://fixer:${random.alphanumeric(12)}@db.internal:5432/widget`,
    },
    { rule: 'docker', text: `dckr_pat_${random.alphanumeric(27)}` },
    { rule: 'figma', text: `figd_${random.alphanumeric(40)}` },
    { rule: 'github', text: `github_pat_${random.alphanumeric(82)}` },
    { rule: 'gitlab', text: `glpat-${random.alphanumeric(20)}` },
    { rule: 'grafana', text: `glsa_${random.alphanumeric(32)}_${random.hex(8)}` },
    { rule: 'groq', text: `gsk_${random.alphanumeric(52)}` },
    { rule: 'hashicorp-vault', text: `hvs.${random.alphanumeric(92)}` },
    { rule: 'huggingface', text: `hf_${random.from('abcdefghijABCDEFGHIJ', 34)}` },
    { rule: 'linear', text: `lin_api_${random.alphanumeric(40)}` },
    { rule: 'notion', text: `ntn_${random.from('0123456789', 11)}${random.alphanumeric(35)}` },
    { rule: 'npm', text: `npm_${random.alphanumeric(36)}` },
    { rule: 'openai', text: ['sk-', random.alphanumeric(20), 'T3BlbkFJ', random.alphanumeric(20)].join('') },
    { rule: 'privatekey', text: `-----BEGIN PRIVATE KEY-----\nMII${random.base64url(200)}\n-----END PRIVATE KEY-----` },
    { rule: 'sendgrid', text: `SG.${random.alphanumeric(22)}.${random.alphanumeric(43)}` },
    { rule: 'shopify', text: `shpat_${random.hex(32)}` },
    { rule: 'slack', text: `xoxb-${random.from('0123456789', 12)}-${random.alphanumeric(24)}` },
    { rule: 'stripe', text: `sk_live_${random.alphanumeric(24)}` },
    { rule: 'tailscale', text: `tskey-auth-${random.alphanumeric(12)}-${random.alphanumeric(32)}` },
    { rule: 'vercel', text: `vcp_${random.alphanumeric(24)}` },
  ]

  test('with a sample for each rule', () => {
    expect(rows.map(({ rule }) => rule).toSorted()).toEqual(used.map(({ name }) => name).toSorted())
  })

  test.each(rows)('$rule', ({ rule: name, text }) => {
    const rule = used.find((each) => each.name === name)?.rule
    if (rule === undefined) throw new Error(`${name} is not used`)
    const disabled = `# secretlint-disable\nkey: ${text} # secretlint-disable-line\n`
    expect([...new DetectorSet([detectorOf(rule)]).detect(Buffer.from(disabled))]).toHaveLength(1)
  })
})
