#!/usr/bin/env node
import { runCli } from './cli/run-cli.ts'
import { createProcessWorld } from './process-world.ts'

process.exitCode = await runCli(process.argv.slice(2), createProcessWorld())
