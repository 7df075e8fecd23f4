import { decodeBase64AndHexRuns } from './base64-view.ts'
import type { DecodedText } from './decoded-text.ts'
import { decodePercentEscapes } from './percent-view.ts'
import { decodeUtf16Runs } from './utf16-view.ts'

/** Decodes everything in a text that may be encoded, in time and space linear in the text: at most six times its bytes. */
export function decodeViews(bytes: Buffer, into: DecodedText): void {
  into.clear()
  decodeUtf16Runs(bytes, into)
  decodePercentEscapes(bytes, into)
  decodeBase64AndHexRuns(bytes, into)
}
