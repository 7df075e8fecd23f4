/** What the programs inside of a sandbox say when they do not come as far as the gateway. */
export const shimErrors = {
  RW_SHIM_GATEWAY: {
    status: 503,
    title: 'the sandbox does not know its gateway',
    message: 'it is not known where the gateway of this sandbox is: {detail:text}',
    hint: 'give the sandbox what refward agent add prints: its git configuration and token, or its variables',
    doc: 'The address comes from REFWARD_GATEWAY, or from refward.<address>.tokenFile in the git configuration of the system or the user. What the configuration of a work tree says is not looked at: it would send the token to whoever wrote it.',
  },
  RW_SHIM_TOKEN: {
    status: 401,
    title: 'the sandbox has no session token',
    message: 'there is no session token in this sandbox: {detail:text}',
    hint: 'give the sandbox what refward agent add or refward agent token prints',
    doc: 'The token comes from REFWARD_TOKEN, or from the file that refward.<address>.tokenFile names in the git configuration of the system or the user.',
  },
  RW_SHIM_UNREACHABLE: {
    status: 503,
    title: 'the gateway cannot be reached',
    message: 'the gateway at {address} cannot be reached: {detail:text}',
    hint: 'nothing was done; ask the operator whether refward up runs, and whether this sandbox has a way to it',
    doc: 'No connection came about, so that nothing was sent.',
  },
  RW_SHIM_ANSWER: {
    status: 502,
    title: 'the gateway gave no answer that can be used',
    message: 'the gateway at {address} gave no answer that can be used: {detail:text}',
    hint: 'look whether it was done before you try again; if it stays so, tell the operator',
    doc: 'The answer was cut off, came too late, was too large, was a redirect, or was not that of a gateway: something else may listen there. What was asked for may have been done.',
  },
  RW_SHIM_SETTING: {
    status: 400,
    title: 'a variable of the sandbox cannot be used',
    message: 'the variable {variable} cannot be used: {detail:text}',
    hint: '{remedy:text}',
    doc: 'Variables say which plane the shim uses and where the gateway sees the work tree. Nothing was done.',
  },
  RW_SHIM_FILE: {
    status: 400,
    title: 'a file cannot be read',
    message: 'cannot read {path}: {detail:text}',
    hint: 'give the name of a text file, or - for the standard input',
    doc: 'The gh of a sandbox reads the file of --body-file, as the process that it is; the gateway reads none.',
  },
} as const
