/** Gitea refuses to run as root. There it runs as `nobody`, who is on every system; otherwise as who we are. */
export interface Account {
  readonly name: string | undefined
  /** What `spawn` and `chown` take; undefined when nothing is to be changed. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined
}

const nobody = 65_534

export function serverAccount(): Account {
  const isRoot = process.getuid?.() === 0
  return isRoot ? { name: 'nobody', ids: { uid: nobody, gid: nobody } } : { name: process.env['USER'], ids: undefined }
}
