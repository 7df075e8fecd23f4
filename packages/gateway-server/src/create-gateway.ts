import type { AddressInfo } from 'node:net'
import { type ListenAddress, RefwardError } from '@refward/core-policy'
import fastify, { type FastifyInstance } from 'fastify'
import { auditRoutes } from './control-plane/audit-routes.ts'
import { agentRoutes } from './control-plane/agent-routes.ts'
import { explainRoutes } from './control-plane/explain-routes.ts'
import { listenOnSocket } from './control-plane/listen-on-socket.ts'
import { sessionRoutes } from './control-plane/session-routes.ts'
import { statusRoutes } from './control-plane/status-routes.ts'
import { undoRoutes } from './control-plane/undo-routes.ts'
import { worktreeRoutes } from './control-plane/worktree-routes.ts'
import { execRoutes } from './exec-plane/exec-routes.ts'
import { forgeRoutes } from './forge-plane/forge-routes.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { gitRoutes } from './git-plane/git-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { MAX_JSON_BYTES, answerErrorsAsJson } from './http/answer-errors.ts'
import { boundSlowBodies } from './http/slow-bodies.ts'
import { requireStrictRequests } from './http/strict-requests.ts'
import { summariseRequests } from './observe/request-summary.ts'
import { selfRoutes } from './self-plane/self-routes.ts'
import { type RequestGate, createRequestGate } from './session/request-gate.ts'
import { SessionSockets } from './session/session-sockets.ts'

export interface GatewayOptions {
  /** Where the control socket is made, with mode 0600. */
  readonly controlPath: string
}

/** A gateway that has been put together and does not listen yet. */
export interface Gateway {
  /** Opens both listeners. @returns the agents' address, with the port that was given. */
  listen(): Promise<{ readonly origin: string }>
  /** Takes no more requests, waits for those under way, at most `graceMs`, and closes. */
  close(graceMs: number): Promise<void>
}

/** Headers that do not arrive, and connections that do not ask: a thousand idle ones cost their sockets and nothing else. */
const HEADERS_MS = 10_000
const KEEP_ALIVE_MS = 30_000
const CHECK_MS = 2_000
const MAX_CONNECTIONS = 2_000
const MAX_HEADER_BYTES = 16 * 1024
const SERVER_OPTIONS = { headersTimeout: HEADERS_MS, requestTimeout: 0, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: MAX_HEADER_BYTES, insecureHTTPParser: false } as const

export function createGateway(parts: GatewayParts, { controlPath }: GatewayOptions): Gateway {
  const gate = createRequestGate(parts)
  const agents = createAgentListener(parts, gate)
  const sockets = new SessionSockets({
    directory: parts.policy().config.sessions.sockets,
    ledger: parts.ledger,
    log: parts.log,
    serverOptions: { ...SERVER_OPTIONS, keepAliveTimeout: KEEP_ALIVE_MS },
    maxConnections: MAX_CONNECTIONS,
    serve: (request, response) => agents.routing(request, response),
  })
  const control = createControlListener(parts, sockets)
  return {
    async listen() {
      await listenOnSocket(control, controlPath)
      await listenOnAddress(agents, parts.policy().config.listen)
      await sockets.open()
      return { origin: originOf(agents) }
    },
    async close(graceMs) {
      gate.close()
      await waitUntilIdle(gate, graceMs)
      await sockets.close()
      await Promise.all([agents.close(), control.close()])
    },
  }
}

function createListener(parts: GatewayParts): FastifyInstance {
  const app = fastify({
    logger: false,
    genReqId: parts.newRequestId,
    requestIdHeader: false,
    bodyLimit: MAX_JSON_BYTES,
    trustProxy: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: SERVER_OPTIONS,
  })
  app.server.maxConnections = MAX_CONNECTIONS
  summariseRequests(app, parts)
  answerErrorsAsJson(app)
  return app
}

function createAgentListener(parts: GatewayParts, gate: RequestGate): FastifyInstance {
  const app = createListener(parts)
  const shared = { ...parts, gate }
  void app.register(async (scope) => gitRoutes(scope, shared))
  void app.register(async (scope) => {
    boundSlowBodies(scope)
    requireStrictRequests(scope)
    execRoutes(scope, shared)
    forgeRoutes(scope, shared)
  })
  void app.register(async (scope) => {
    boundSlowBodies(scope)
    selfRoutes(scope, shared)
    healthRoutes(scope, parts)
  })
  return app
}

function createControlListener(parts: GatewayParts, sockets: SessionSockets): FastifyInstance {
  const app = createListener(parts)
  for (const routes of [agentRoutes, auditRoutes, explainRoutes, statusRoutes, undoRoutes, worktreeRoutes]) void app.register(async (scope) => routes(scope, parts))
  void app.register(async (scope) => sessionRoutes(scope, parts, sockets))
  return app
}

/** @throws RefwardError RW_LISTEN_FAILED */
async function listenOnAddress(app: FastifyInstance, { host, port }: ListenAddress): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : 'an unknown reason'
    throw new RefwardError('RW_LISTEN_FAILED', { address: `${host}:${port}`, detail }, { cause })
  }
}

function originOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

const IDLE_POLL_MS = 20

async function waitUntilIdle(gate: RequestGate, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs
  while (gate.inFlight > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, IDLE_POLL_MS))
}
