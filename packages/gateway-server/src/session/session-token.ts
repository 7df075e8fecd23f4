const BASIC = /^Basic ([A-Za-z0-9+/]+={0,2})$/i
const BEARER = /^Bearer ([A-Za-z0-9_-]+)$/i
const MAX_HEADER_LENGTH = 1024

/**
 * The session token that an `Authorization` header carries: the password of Basic (git's way; the user name is ignored, because
 * identity comes from the session alone) or a Bearer token (the API's way). `undefined` for anything else.
 */
export function readSessionToken(header: string | undefined): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined
  const bearer = BEARER.exec(header)?.[1]
  if (bearer !== undefined) return bearer
  const encoded = BASIC.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : pair.slice(colon + 1)
}
