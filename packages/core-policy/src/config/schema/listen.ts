import * as z from 'zod'
import type { ListenAddress } from '../config.ts'

/** `127.0.0.1:8417`, `[::1]:8417`, `localhost:8417`. Port 0 lets the system choose one. */
export function parseListen(text: string, context: z.RefinementCtx): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host !== undefined && port <= 65_535) return { host, port }
  context.addIssue({ code: 'custom', message: 'it must be an address and a port, as 127.0.0.1:8417' })
  return z.NEVER
}
