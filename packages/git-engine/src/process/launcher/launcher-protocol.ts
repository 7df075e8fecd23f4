/** What the gateway tells a launcher. Ids count the children of one launcher. */
export type LaunchOrder =
  | {
      readonly kind: 'launch'
      readonly id: number
      readonly program: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      /** Inherited file descriptors that become the child's standard input and output. Each is used once. */
      readonly stdin: number
      readonly stdout: number
      /** Bytes of standard error that are kept and allowed. */
      readonly errorBytes: number
    }
  | { readonly kind: 'kill'; readonly id: number }

/** What a launcher tells the gateway. */
export type LaunchNews =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  /** The child and its process group are gone. Neither a code nor a signal: it could not be started. */
  | { readonly kind: 'ended'; readonly id: number; readonly code: number | null; readonly signal: string | null; readonly stderr: string; readonly flooded: boolean }
