import { parseArgs } from 'node:util'
import { startHttpUpstream } from './http-upstream.ts'

/**
 * The same server as a process of its own, so that a benchmark does not share its event loop. It says on standard output, a JSON
 * line each, where it listens and what was asked, takes the password from the environment, and ends when its standard input does.
 */
const { values } = parseArgs({ options: { root: { type: 'string' }, host: { type: 'string' }, port: { type: 'string' } } })

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const password = process.env['UPSTREAM_PASSWORD']
const upstream = await startHttpUpstream({
  ...(values.root === undefined ? {} : { root: values.root }),
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ...(password === undefined ? {} : { password }),
  onRequest: ({ headers: _headers, ...request }) => say({ event: 'request', ...request }),
})
say({ event: 'ready', origin: upstream.origin, root: upstream.root, user: upstream.user })
process.stdin.on('end', () => void upstream.close()).resume()
