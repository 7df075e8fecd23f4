import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'

import { RefwardError, gitFront } from '@refward/core-policy'
import { renderGitFront, renderRemoteHelper } from '@refward/gate-render'

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

/** Made by the build, beside this program. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? '../../dist/git-shim.mjs' : './git-shim.mjs', import.meta.url)

/** Writes what an image needs for git's shim, and says which lines to add to it. */
export async function runWriteShim(world: World, options: ShimOptions, program: URL = PROGRAM): Promise<Report> {
  const [into, git, node] = (['into', 'git', 'node'] as const).map((name) => readImagePath(`--${name}`, options[name]))
  if (into === undefined || git === undefined || node === undefined) throw new RangeError('three paths were read')
  if (git === `${into}/git` || git === node) throw badPath('--git', `${git} is where something else is`, "name the image's own git")
  const directory = resolve(world.directory, options.out)
  const files = [join(directory, 'git'), join(directory, 'git-shim.mjs'), join(directory, 'git-remote-refward')] as const
  await mkdir(directory, { recursive: true })
  await writeFile(files[0], renderGitFront(gitFront, { git, node, program: `${into}/git-shim.mjs` }))
  await copyFile(program, files[1])
  await writeFile(files[2], renderRemoteHelper({ node, program: `${into}/git-shim.mjs` }))
  await chmod(files[0], 0o755)
  await chmod(files[2], 0o755)
  await chmod(files[1], 0o644)
  const lines = [renderCopy(relative(world.directory, directory), `${into}/`), `ENV PATH="${into}:$PATH"`, `RUN test -x ${git} && ${node} --version && git --version`]
  return reportOk(`wrote ${files.join(', ')}\n\n# in the image, which has git at ${git} and Node.js 24 or newer at ${node}\n${lines.join('\n')}\n`, { files, lines })
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
