import { renderCapabilityList } from './capabilities.ts'
import { parseIdOrZero } from './object-id.ts'
import { line, rawLine } from './pkt-line.ts'
import { type PushCapabilities, listPushCapabilities } from './push-capabilities.ts'
import type { RefUpdateCommand } from './ref-commands.ts'
import { checkRefFormat } from './ref-name.ts'
import { WireFault } from './result.ts'
import { encodeText } from './text.ts'

/** The commands of a push of our own. When any of them does more than delete, a pack must follow. */
export function renderReceivePackRequest(request: {
  readonly commands: readonly Pick<RefUpdateCommand, 'oldId' | 'newId' | 'name'>[]
  readonly capabilities: PushCapabilities
  readonly shallow?: readonly string[]
}): Uint8Array {
  const [first, ...others] = request.commands.map(commandText)
  if (first === undefined) throw new WireFault('no-commands', 'a push must update a ref')
  const capabilities = renderCapabilityList(listPushCapabilities(request.capabilities))
  return encodeText([
    ...(request.shallow ?? []).map((id) => line(`shallow ${id}`)),
    rawLine(`${first}\0 ${capabilities}\n`),
    ...others.map(line),
    '0000',
  ].join(''))
}

// What is sent with a credential is checked once more, however it came here.
function commandText({ oldId, newId, name }: Pick<RefUpdateCommand, 'oldId' | 'newId' | 'name'>): string {
  for (const checked of [parseIdOrZero(oldId), parseIdOrZero(newId), checkRefFormat(name)]) {
    if (checked.kind === 'error') throw new WireFault(checked.error.code, checked.error.message)
  }
  return `${oldId} ${newId} ${name}`
}
