import { exitCodes } from '../cli/exit-code.ts'
import type { Report } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import type { Check } from '../doctor/check.ts'
import { checkForges } from '../doctor/check-forges.ts'
import { checkMachine } from '../doctor/check-machine.ts'
import { checkScanners } from '../doctor/check-scanners.ts'

/** Looks at everything that a gateway needs, and changes nothing. It may run beside one. */
export async function runDoctor(world: World, options: { readonly config?: string }): Promise<Report> {
  const loaded = await loadConfig(locateConfig(world, options.config))
  const configuration: Check = { name: 'configuration', state: 'ok', detail: `${loaded.file}, ${loaded.config.repositories.length} entries under repositories` }
  const checks = [configuration, ...(await checkMachine(world, loaded)), ...(await checkForges(world, loaded)), ...(await checkScanners(world, loaded))]
  const failed = checks.filter(({ state }) => state === 'fail')
  const end = failed.length === 0 ? 'all is as it should be\n' : `${failed.length} of ${checks.length} checks failed\n`
  return { exit: failed.length === 0 ? exitCodes.ok : exitCodes.refused, text: checks.map(renderCheck).join('') + end, json: { checks } }
}

function renderCheck({ name, state, detail, hint }: Check): string {
  const line = `${state.padEnd(4)}  ${name}: ${detail}\n`
  return state === 'ok' || hint === undefined ? line : `${line}      ${hint}\n`
}
