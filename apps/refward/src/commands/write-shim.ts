import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'

import { RefwardError, gitFront } from '@refward/core-policy'
import { renderGhFront, renderGitFront, renderRemoteHelper } from '@refward/gate-render'

import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'

export interface ShimOptions {
  /** A directory here, for the files. */
  readonly out: string
  /** Where they will be in the image. */
  readonly into: string
  /** The image's own git and Node.js. */
  readonly git: string
  readonly node: string
}

/** Made by the build, beside this program: `git-shim.mjs` and `gh-shim.mjs`. */
const PROGRAMS = new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : './', import.meta.url)

/** Writes what an image needs for the shims of git and gh, and says which lines to add to it. */
export async function runWriteShim(world: World, options: ShimOptions, programs: URL = PROGRAMS): Promise<Report> {
  const [into, git, node] = (['into', 'git', 'node'] as const).map((name) => readImagePath(`--${name}`, options[name]))
  if (into === undefined || git === undefined || node === undefined) throw new RangeError('three paths were read')
  if ([`${into}/git`, `${into}/gh`, node].includes(git)) throw badPath('--git', `${git} is where something else is`, "name the image's own git")
  const directory = resolve(world.directory, options.out)
  await mkdir(directory, { recursive: true })
  const fronts = [['git', renderGitFront(gitFront, { git, node, program: `${into}/git-shim.mjs` })], ['gh', renderGhFront({ git, node, program: `${into}/gh-shim.mjs` })]] as const
  for (const [name, front] of fronts) await writeShim(directory, name, { front, program: new URL(`${name}-shim.mjs`, programs) })
  const helper = join(directory, 'git-remote-refward')
  await writeFile(helper, renderRemoteHelper({ node, program: `${into}/git-shim.mjs` }))
  await chmod(helper, 0o755)
  const files = [...fronts.flatMap(([name]) => [join(directory, name), join(directory, `${name}-shim.mjs`)]), helper]
  const lines = [renderCopy(relative(world.directory, directory), `${into}/`), `ENV PATH="${into}:$PATH"`, `RUN test -x ${git} && ${node} --version && git --version`]
  return reportOk(`wrote ${files.join(', ')}\n\n# in the image, which has git at ${git} and Node.js 24 or newer at ${node}\n${lines.join('\n')}\n`, { files, lines })
}

async function writeShim(directory: string, name: string, { front, program }: { readonly front: string; readonly program: URL }): Promise<void> {
  await writeFile(join(directory, name), front)
  await copyFile(program, join(directory, `${name}-shim.mjs`))
  await chmod(join(directory, name), 0o755)
  await chmod(join(directory, `${name}-shim.mjs`), 0o644)
}

/** What is built is beneath here as a rule; from elsewhere, only the directory's own name can be meant. */
function renderCopy(from: string, into: string): string {
  const shown = `${from.startsWith('..') ? basename(from) : from}/`
  return /^[A-Za-z0-9_.@+/-]+$/.test(shown) ? `COPY ${shown} ${into}` : `COPY ${JSON.stringify([shown, into])}`
}

/** A path that means the same to a shell, to Docker and in PATH. */
function readImagePath(argument: string, path: string): string {
  if (/^(?:\/[A-Za-z0-9_@+-][A-Za-z0-9_.@+-]*){1,32}$/.test(path)) return path
  throw badPath(argument, `${path} is not an absolute path of letters, digits and _ . @ + -`, 'write it as /opt/refward')
}

function badPath(argument: string, detail: string, remedy: string): RefwardError {
  return new RefwardError('RW_ARGUMENT_INVALID', { argument, detail, remedy })
}
