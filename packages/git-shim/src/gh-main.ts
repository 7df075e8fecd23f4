import { isatty } from 'node:tty'

import { InputReader } from './gh/read-input.ts'
import { runGh } from './gh/run-gh.ts'

// Called by the front: the real git's path, then what stands behind `gh`.
const [git = '', ...argv] = process.argv.slice(2)
const input = new InputReader()
const { exitCode, stdout, stderr } = await runGh({ argv, git, environment: process.env, tty: isatty(1), read: (path) => input.read(path) })
// As of a program that a closed pipe ends: 128 and the number of the signal.
process.stdout.on('error', () => process.exit(128 + 13))
if (stderr !== '') process.stderr.write(stderr)
if (stdout !== '') process.stdout.write(stdout)
process.exitCode = exitCode
