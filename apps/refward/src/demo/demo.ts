import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { type DemoWorld, createDemoWorld } from './demo-world.ts'
import { Narrator } from './narrator.ts'
import { Scenes } from './scenes.ts'

export interface DemoOptions {
  /** What runs `refward`. */
  readonly program: readonly string[]
  /** The search path for git. */
  readonly path: string
  /** End when the scenes are over. */
  readonly once: boolean
  readonly out: Writable
  readonly signal: AbortSignal
}

/**
 * Plays the main job on this machine: a real bare repository behind real `git http-backend` and a password, the gateway, and an agent
 * that holds nothing. @returns whether all was as it should be.
 */
export async function runDemo({ program, path, once: isOnce, out, signal }: DemoOptions): Promise<boolean> {
  const narrator = new Narrator(out)
  out.write('Refward: an agent works on a real repository and holds no credential for it.\n')
  const world = await createDemoWorld(program, path)
  try {
    narrator.say(`\nforge     ${world.upstream.origin} (git http-backend, asks for a password)\nits API   ${world.api.origin} (a stand-in for Gitea's)\ngateway   ${world.gatewayUrl}\n\n${world.configText}`)
    await new Scenes(world, narrator).play()
    tellResult(narrator, out)
    if (!isOnce) await stayUp(world, out, signal)
  } finally {
    await world.close()
  }
  return narrator.failures.length === 0
}

function tellResult({ passed, failures }: Narrator, out: Writable): void {
  out.write(`\n${passed} as expected, ${failures.length} not as expected\n`)
  for (const failure of failures) out.write(`  not as it should be: ${failure}\n`)
}

async function stayUp(world: DemoWorld, out: Writable, signal: AbortSignal): Promise<void> {
  out.write(`
The gateway stays up. Be the agent, in a second terminal:

  export HOME=${world.agentHome} PATH="${world.shims}:$PATH"
  cd "$HOME/widget"
  git switch -c agent/fixer/mine && git commit --allow-empty -m mine && git push origin HEAD
  git push origin HEAD:main
  gh pr create --title mine --body 'made by hand'

Ctrl-C ends it and removes everything.
`)
  await Promise.race([world.gatewayEnded, once(signal, 'abort')])
}
