import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReceivePackResponseEvent, createReceivePackResponseParser } from './receive-pack-response.ts'
import { type RefReport, type ReportStatus, createReportStatusParser, renderReportStatus } from './report-status.ts'
import { renderSideband } from './side-band.ts'
import { objectId, shownName } from './testing/arbitraries.ts'
import { bytes, cut, cuts, damaged, feedEvents, feedMessage, pkt, singleBytes } from './testing/feed.ts'

const OLD = '937fd86b3d6f5a8f97eb1da57c169fbe73934267'
const NEW = 'ee087b474d5faee2687361a5edbd55363167c70e'

function parse(...texts: readonly string[]) {
  const input = bytes(texts.map((text) => (/^000[012]$/.test(text) ? text : pkt(text))).join(''))
  const whole = feedMessage(createReportStatusParser(), [input])
  expect(feedMessage(createReportStatusParser(), singleBytes(input))).toEqual(whole)
  return whole
}

describe('reports that servers send', () => {
  it.each<{ name: string; texts: readonly string[]; report: ReportStatus }>([
    {
      name: 'git',
      texts: ['unpack ok\n', 'ok refs/heads/x\n', 'ng refs/heads/main pre-receive hook declined\n', '0000'],
      report: { unpack: 'ok', refs: [{ kind: 'ok', name: 'refs/heads/x', options: {} }, { kind: 'ng', name: 'refs/heads/main', reason: 'pre-receive hook declined' }] },
    },
    { name: 'a pack that was not taken', texts: ['unpack index-pack abnormal exit\n', 'ng refs/heads/x unpacker error\n', '0000'], report: { unpack: 'index-pack abnormal exit', refs: [{ kind: 'ng', name: 'refs/heads/x', reason: 'unpacker error' }] } },
    { name: 'a reason in another script', texts: ['unpack ok', 'ng refs/heads/x \xe5\x8a\x9f', '0000'], report: { unpack: 'ok', refs: [{ kind: 'ng', name: 'refs/heads/x', reason: '功' }] } },
    { name: 'no reason', texts: ['unpack ok', 'ng refs/heads/x', '0000'], report: { unpack: 'ok', refs: [{ kind: 'ng', name: 'refs/heads/x', reason: '' }] } },
    {
      name: 'what proc-receive made of a command: two refs for one',
      texts: ['unpack ok\n', 'ok refs/for/main/topic\n', 'option refname refs/changes/1\n', `option old-oid ${OLD}\n`, `option new-oid ${NEW}\n`, 'option forced-update\n', 'ok refs/for/main/topic\n', 'option refname refs/changes/2\n', '0000'],
      report: {
        unpack: 'ok',
        refs: [
          { kind: 'ok', name: 'refs/for/main/topic', options: { refname: 'refs/changes/1', oldId: OLD, newId: NEW, forcedUpdate: true } },
          { kind: 'ok', name: 'refs/for/main/topic', options: { refname: 'refs/changes/2' } },
        ],
      },
    },
  ])('$name', ({ texts, report }) => {
    expect(parse(...texts)).toEqual({ kind: 'ok', value: report })
  })
})

describe('malformed reports', () => {
  it.each([
    { name: 'no report', texts: ['0000'], code: 'truncated' },
    { name: 'refs without unpack', texts: ['ok refs/heads/x', '0000'], code: 'malformed-line' },
    { name: 'unpack without a result', texts: ['unpack ', '0000'], code: 'malformed-line' },
    { name: 'unpack twice', texts: ['unpack ok', 'unpack ok', '0000'], code: 'malformed-line' },
    { name: 'an error', texts: ['ERR no space', '0000'], code: 'remote-error' },
    { name: 'an unknown result', texts: ['unpack ok', 'maybe refs/heads/x', '0000'], code: 'malformed-line' },
    { name: 'ok with a reason, which could be read as another name', texts: ['unpack ok', 'ok refs/heads/x refs/heads/y', '0000'], code: 'malformed-line' },
    { name: 'ok of nothing', texts: ['unpack ok', 'ok ', '0000'], code: 'malformed-line' },
    { name: 'a name with a control character', texts: ['unpack ok', 'ok refs/heads/x\x1b', '0000'], code: 'malformed-line' },
    { name: 'an option of nothing', texts: ['unpack ok', 'option forced-update', '0000'], code: 'malformed-line' },
    { name: 'an option of a refused ref', texts: ['unpack ok', 'ng refs/heads/x no', 'option forced-update', '0000'], code: 'malformed-line' },
    { name: 'an unknown option', texts: ['unpack ok', 'ok refs/heads/x', 'option secret x', '0000'], code: 'unknown-argument' },
    { name: 'an option twice', texts: ['unpack ok', 'ok refs/heads/x', `option new-oid ${NEW}`, `option new-oid ${OLD}`, '0000'], code: 'duplicate-argument' },
    { name: 'an option with an id that is none', texts: ['unpack ok', 'ok refs/heads/x', 'option new-oid x', '0000'], code: 'object-id' },
    { name: 'forced-update with a value', texts: ['unpack ok', 'ok refs/heads/x', 'option forced-update x', '0000'], code: 'malformed-line' },
    { name: 'a delimiter', texts: ['unpack ok', '0001'], code: 'unexpected-packet' },
    { name: 'no flush', texts: ['unpack ok', 'ok refs/heads/x'], code: 'truncated' },
    { name: 'a second report', texts: ['unpack ok', '0000', 'unpack ok', '0000'], code: 'trailing-data' },
  ])('$name', ({ texts, code }) => {
    expect(parse(...texts)).toMatchObject({ kind: 'error', error: { code } })
  })

  it('endless', () => {
    const input = bytes(pkt('unpack ok') + pkt('ok refs/heads/x').repeat(20))
    expect(createReportStatusParser({ maxPackets: 10, maxBytes: 10_000 }).push(input)).toMatchObject({ error: { code: 'too-many' } })
  })
})

const REPORT = `${pkt('unpack ok\n')}${pkt('ok refs/heads/x\n')}0000`
const REPORT_EVENT: ReceivePackResponseEvent = { kind: 'report', report: { unpack: 'ok', refs: [{ kind: 'ok', name: 'refs/heads/x', options: {} }] } }

describe('answers of receive-pack', () => {
  it.each([
    { name: 'plain', sideband: false, input: REPORT },
    { name: 'in a side-band', sideband: true, input: `${pkt(`\x01${REPORT}`)}0000` },
  ])('are done with their flush, $name', ({ sideband, input }) => {
    const parser = createReceivePackResponseParser({ sideband })
    const done = singleBytes(bytes(input)).map((byte) => (parser.push(byte), parser.done))
    expect(done.indexOf(true)).toBe(input.length - 1)
  })

  it.each<{ name: string; sideband: boolean; input: string; events: readonly ReceivePackResponseEvent[] }>([
    { name: 'plain', sideband: false, input: REPORT, events: [REPORT_EVENT] },
    { name: 'in one side-band packet', sideband: true, input: `${pkt(`\x01${REPORT}`)}0000`, events: [REPORT_EVENT] },
    {
      name: 'in pieces, between the words of hooks',
      sideband: true,
      input: `${pkt('\x02checking\n')}${pkt(`\x01${REPORT.slice(0, 9)}`)}0005\x01${pkt(`\x01${REPORT.slice(9)}`)}${pkt('\x02see https://forge/\n')}0000`,
      events: [{ kind: 'progress', data: bytes('checking\nsee https://forge/\n') }, REPORT_EVENT],
    },
    { name: 'broken off with a reason', sideband: true, input: `${pkt('\x02checking\n')}${pkt('\x03killed\n')}`, events: [{ kind: 'progress', data: bytes('checking\n') }, { kind: 'fatal', message: 'killed' }] },
  ])('$name', ({ sideband, input, events }) => {
    expect(feedEvents(createReceivePackResponseParser({ sideband }), [bytes(input)])).toEqual({ kind: 'ok', value: events })
    expect(feedEvents(createReceivePackResponseParser({ sideband }), singleBytes(bytes(input)))).toEqual({ kind: 'ok', value: events })
  })

  it.each([
    { name: 'nothing', sideband: true, input: '', code: 'truncated' },
    { name: 'a report that is not whole', sideband: true, input: `${pkt(`\x01${REPORT.slice(0, -4)}`)}0000`, code: 'truncated' },
    { name: 'a whole report in a side-band that is not', sideband: true, input: pkt(`\x01${REPORT}`), code: 'truncated' },
    { name: 'progress without a report', sideband: true, input: `${pkt('\x02done\n')}0000`, code: 'truncated' },
    { name: 'bytes behind the report', sideband: true, input: `${pkt(`\x01${REPORT}0`)}0000`, code: 'trailing-data' },
    { name: 'two reports, of which the second is the lie', sideband: true, input: `${pkt(`\x01${REPORT}${REPORT}`)}0000`, code: 'trailing-data' },
    { name: 'an error of the server', sideband: true, input: pkt('ERR no'), code: 'remote-error' },
    { name: 'an error of the server, plain', sideband: false, input: pkt('ERR no'), code: 'remote-error' },
    { name: 'a plain report where side-band was asked for', sideband: true, input: REPORT, code: 'side-band' },
  ])('malformed: $name', ({ sideband, input, code }) => {
    expect(feedEvents(createReceivePackResponseParser({ sideband }), [bytes(input)])).toMatchObject({ error: { code } })
    expect(feedEvents(createReceivePackResponseParser({ sideband }), singleBytes(bytes(input)))).toMatchObject({ error: { code } })
  })
})

it('a lie behind the report is seen at once', () => {
  const parser = createReceivePackResponseParser({ sideband: true })
  expect(parser.push(bytes(pkt(`\x01${REPORT}${REPORT}`)))).toMatchObject({ error: { code: 'trailing-data' } })
})

const name = shownName
const reason = fc.string({ unit: fc.constantFrom('a', ' ', '(', 'é', '"'), maxLength: 12 }).map((text) => text.trim())
const optionValues = fc.record({ refname: name, oldId: objectId, newId: objectId, forcedUpdate: fc.constant(true as const) }, { requiredKeys: [] })
const refReport: fc.Arbitrary<RefReport> = fc.oneof(
  fc.record({ kind: fc.constant('ok' as const), name, options: optionValues }),
  fc.record({ kind: fc.constant('ng' as const), name, reason }),
)
const report: fc.Arbitrary<ReportStatus> = fc.record({ unpack: fc.oneof(fc.constant('ok'), reason.map((text) => `error ${text}x`)), refs: fc.array(refReport, { maxLength: 6 }) })

function inSideband(value: ReportStatus): Uint8Array {
  return Buffer.concat([renderSideband(2, bytes('working\n')), renderSideband(1, renderReportStatus(value, 'report-status-v2')), bytes('0000')])
}

describe('properties', () => {
  it('parses what was rendered, however it is cut', () => {
    fc.assert(fc.property(report, cuts, (value, places) => {
      expect(feedMessage(createReportStatusParser(), cut(renderReportStatus(value, 'report-status-v2'), places))).toEqual({ kind: 'ok', value })
      const events = feedEvents(createReceivePackResponseParser({ sideband: true }), cut(inSideband(value), places))
      expect(events).toEqual({ kind: 'ok', value: [{ kind: 'progress', data: bytes('working\n') }, { kind: 'report', report: value }] })
    }))
  })

  it('leaves out options for clients of the first version', () => {
    fc.assert(fc.property(report, (value) => {
      const refs = value.refs.map((ref) => (ref.kind === 'ok' ? { ...ref, options: {} } : ref))
      expect(feedMessage(createReportStatusParser(), [renderReportStatus(value, 'report-status')])).toEqual({ kind: 'ok', value: { ...value, refs } })
    }))
  })

  it('gives one result for any bytes, however they are cut', () => {
    fc.assert(fc.property(damaged(report.map(inSideband)), cuts, fc.boolean(), (input, places, sideband) => {
      const whole = feedEvents(createReceivePackResponseParser({ sideband }), [input])
      expect(feedEvents(createReceivePackResponseParser({ sideband }), cut(input, places))).toEqual(whole)
      expect(feedEvents(createReceivePackResponseParser({ sideband }), singleBytes(input))).toEqual(whole)
    }), { numRuns: 500 })
  })

  it('refuses to render a reason that would be another line', () => {
    expect(() => renderReportStatus({ unpack: 'ok', refs: [{ kind: 'ng', name: 'refs/heads/x', reason: 'no\nok refs/heads/x' }] }, 'report-status')).toThrow('has control bytes')
  })
})
