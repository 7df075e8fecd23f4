// The entry of a worker thread. It holds the rules and their buffers, so that the main thread holds none of them, and
// nothing that a text does to an expression stops more than this thread.
import { parentPort, workerData } from 'node:worker_threads'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { createMarker } from '../finding-marks.ts'
import { DetectorSet } from '../inspect/detector-set.ts'
import { Inspector } from '../inspect/inspector.ts'
import { LiveSecrets } from '../live/live-secrets.ts'
import { OWN_RULES } from '../rules/own-rules.ts'
import { createRuleDetector } from '../rules/rule.ts'
import { createPresetDetectors } from '../secretlint/preset-detectors.ts'
import { inspectRequest } from './inspect-request.ts'
import type { ScanRequest, WorkerSettings } from './protocol.ts'

const port = parentPort
if (port === null) throw new Error('this file is the entry of a worker thread')

const { fingerprintKey } = workerData as WorkerSettings
const mark = createMarker(fingerprintKey)
const inspector = new Inspector(
  new DetectorSet([...OWN_RULES.map(createRuleDetector), ...createPresetDetectors(rules)]),
)
let live = new LiveSecrets([])

port.on('message', (request: ScanRequest) => {
  if (request.live !== undefined) live = new LiveSecrets(request.live)
  port.postMessage(inspectRequest(request, { inspector, live, mark }), [request.buffer])
})
