// Holds the lock that is named, says so, and waits to be killed.
import { lockDataDirectory } from '../data-lock.ts'

lockDataDirectory(process.argv[2] ?? '')
process.stdout.write('held\n')
setInterval(() => undefined, 1000)
