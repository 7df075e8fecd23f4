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
  const [gitProgram, ghProgram] = [`${into}/git-shim.mjs`, `${into}/gh-shim.mjs`]
  const files = [
    await writeScript(directory, 'git', renderGitFront(gitFront, { git, node, program: gitProgram })),
    await copyProgram(directory, new URL('git-shim.mjs', programs)),
    await writeScript(directory, 'gh', renderGhFront({ git, node, program: ghProgram })),
    await copyProgram(directory, new URL('gh-shim.mjs', programs)),
    await writeScript(directory, 'git-remote-refward', renderRemoteHelper({ node, program: gitProgram })),
  ]
  const lines = [renderCopy(relative(world.directory, directory), `${into}/`), `ENV PATH="${into}:$PATH"`, `RUN test -x ${git} && ${node} --version && git --version`]
  return reportOk(`wrote ${files.join(', ')}\n\n# in the image, which has git at ${git} and Node.js 24 or newer at ${node}\n${lines.join('\n')}\n`, { files, lines })
}

/** @returns its path. */
async function writeScript(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

async function copyProgram(directory: string, program: URL): Promise<string> {
  const path = join(directory, basename(program.pathname))
  await copyFile(program, path)
  await chmod(path, 0o644)
  return path
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
