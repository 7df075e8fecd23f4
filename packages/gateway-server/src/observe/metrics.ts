import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the gateway counts. Labels are closed sets or configured names: nothing that an agent can choose becomes a label. */
export interface GatewayMetrics {
  readonly registry: Registry
  readonly requests: Counter<'operation' | 'outcome'>
  readonly refusals: Counter<'code'>
  readonly seconds: Histogram<'operation'>
  readonly inFlight: Gauge
  readonly upstreamFetches: Counter<'forge'>
}

const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** A registry of its own, so that two gateways in one process do not share figures. */
export function createMetrics(): GatewayMetrics {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    requests: new Counter({ name: 'refward_requests_total', help: 'Requests by operation and outcome (done, denied, failed).', labelNames: ['operation', 'outcome'], registers }),
    refusals: new Counter({ name: 'refward_refusals_total', help: 'Refusals and faults by code.', labelNames: ['code'], registers }),
    seconds: new Histogram({ name: 'refward_request_seconds', help: 'Time from request to end of answer.', labelNames: ['operation'], buckets: SECONDS_BUCKETS, registers }),
    inFlight: new Gauge({ name: 'refward_requests_in_flight', help: 'Requests under way.', registers }),
    upstreamFetches: new Counter({ name: 'refward_upstream_fetches_total', help: 'Object fetches from upstreams.', labelNames: ['forge'], registers }),
  }
}
