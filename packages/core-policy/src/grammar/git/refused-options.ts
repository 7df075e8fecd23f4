import type { RefusedOption } from '../engine/table.ts'

const CONFIGURE = 'ask the operator; what refward needs is configured already'

/** Configuration on the command line, which would open every door that is closed here. Each is known behind a command too, where git itself may not know it. */
export const refusedConfiguration: readonly RefusedOption[] = [
  { flag: '--config-env', refused: 'it changes the configuration of git for this command', instead: CONFIGURE },
  { flag: '--exec-path', refused: 'it makes git run programs of another directory', instead: CONFIGURE },
  { flag: '--git-dir', refused: 'it makes git read another repository and its configuration', instead: 'run git in the work tree, or with -C <path>' },
  { flag: '--work-tree', refused: 'it makes git write into another directory', instead: 'run git in the work tree, or with -C <path>' },
  { flag: '--namespace', refused: 'it changes which refs the names stand for', instead: 'write refs by their full names' },
]

/** `-c`, where no other option of the command has that letter. */
export const refusedConfig: RefusedOption = { flag: '-c', refused: 'it changes the configuration of git for this command', instead: CONFIGURE }

const OTHER_PROGRAM = { refused: 'it names a program that git runs on the other side, or on this one', instead: 'leave it out; refward speaks to the forge itself' }

export const refusedUploadPack: RefusedOption = { flag: '--upload-pack', aliases: ['--exec', '--receive-pack'], ...OTHER_PROGRAM }
export const refusedReceivePack: RefusedOption = { flag: '--receive-pack', aliases: ['--exec', '--upload-pack'], ...OTHER_PROGRAM }

/** What is said to the server besides the protocol. */
export const refusedServerOption: RefusedOption = { flag: '--server-option', refused: 'it is passed to programs of the forge that no policy looks at', instead: 'leave it out' }

/** How the network is used is not for the sandbox to say. */
export const refusedAddressFamily: readonly RefusedOption[] = [
  { flag: '--ipv4', short: '-4', refused: 'refward chooses how it reaches the forge', instead: 'leave it out' },
  { flag: '--ipv6', short: '-6', refused: 'refward chooses how it reaches the forge', instead: 'leave it out' },
]

/** Another repository on this machine as a source of objects. */
export const refusedReference: readonly RefusedOption[] = [
  { flag: '--reference', refused: 'it takes objects from another repository of the machine', instead: 'leave it out; refward serves from its mirror' },
  { flag: '--reference-if-able', refused: 'it takes objects from another repository of the machine', instead: 'leave it out; refward serves from its mirror' },
  { flag: '--dissociate', refused: 'it belongs to --reference', instead: 'leave it out' },
]
