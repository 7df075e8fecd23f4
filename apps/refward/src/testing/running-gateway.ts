import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildWidget } from '@refward/testing-repositories'
import { onTestFinished } from 'vitest'

import type { Ran, Shell } from './test-world.ts'
import { makeShell, renderConfig } from './test-world.ts'

export const forgePassword: string = 'the-password-of-the-forge'

export interface TestForge {
  readonly upstream: HttpUpstream
  readonly widget: HostedRepository
  /** An operator's shell with a configuration for the forge. */
  readonly shell: Shell
}

/** A truthful forge with one repository, and a configuration for it. */
export async function makeForge(): Promise<TestForge> {
  const upstream = await startHttpUpstream({ password: forgePassword })
  onTestFinished(() => upstream.close())
  const widget = await upstream.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
  const shell = makeShell({ FORGE_TOKEN: forgePassword })
  shell.write('refward.yaml', configFor(upstream))
  return { upstream, widget, shell }
}

export function configFor({ origin, user }: HttpUpstream, more = ''): string {
  return renderConfig({ url: origin, more }).replace('env: FORGE_TOKEN', `env: FORGE_TOKEN, username: ${user}`)
}

export interface RunningGateway {
  /** Where agents reach it. */
  readonly origin: string
  /** Tells it to stop. @returns how `refward up` ended. */
  readonly stop: () => Promise<Ran>
}

interface Started {
  readonly msg: string
  readonly origin?: string
}

/** `refward up` in this process, from its start to the line of the log that says that it is ready. */
export async function startGateway(shell: Shell, { clock = Date.now }: { readonly clock?: () => number } = {}): Promise<RunningGateway> {
  const controller = new AbortController()
  const running = shell.runIn({ signal: controller.signal, clock }, 'up')
  const stop = (): Promise<Ran> => {
    controller.abort()
    return running
  }
  onTestFinished(async () => void (await stop()))
  let ended: Ran | undefined
  void running.then((ran) => (ended = ran))
  for (;;) {
    const started = readLog(shell).findLast(({ msg }) => msg === 'gateway started')
    if (started?.origin !== undefined) return { origin: started.origin, stop }
    if (ended !== undefined) throw new Error(`refward up ended with ${ended.exit}: ${ended.err}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export function readLog(shell: Shell): readonly (Started & Readonly<Record<string, unknown>>)[] {
  return shell
    .read('gateway.log')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Started & Record<string, unknown>)
}
