import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gitFront } from '@refward/core-policy'
import { renderGhFront, renderGitFront, renderRemoteHelper } from '@refward/gate-render'
import { bundleGhShim, bundleGitShim } from '@refward/git-shim'

/** What an image gets: the front, called `git`, the program beside it, and what git calls in its turn. */
export interface Shim {
  /** The front. */
  readonly git: string
  /** The git that it becomes. */
  readonly realGit: string
}

/** Builds the files as they are handed out, into a directory with a name that needs quotes. */
export async function buildShim(root: string, realGit: string = findGit()): Promise<Shim> {
  const directory = join(root, "refward's shim")
  await mkdir(directory, { recursive: true })
  const program = join(directory, 'git-shim.mjs')
  await bundleGitShim(program)
  const git = await writeProgram(join(directory, 'git'), renderGitFront(gitFront, { git: realGit, node: process.execPath, program }))
  await writeProgram(join(directory, 'git-remote-refward'), renderRemoteHelper({ node: process.execPath, program }))
  return { git, realGit }
}

/** The same of gh. @returns the path of its front. */
export async function buildGhShim(root: string): Promise<string> {
  const directory = join(root, "refward's gh")
  await mkdir(directory, { recursive: true })
  const program = join(directory, 'gh-shim.mjs')
  await bundleGhShim(program)
  return writeProgram(join(directory, 'gh'), renderGhFront({ git: findGit(), node: process.execPath, program }))
}

/** @returns its path. */
export async function writeProgram(path: string, text: string): Promise<string> {
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

function findGit(): string {
  return execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
}
