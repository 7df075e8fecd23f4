/** The tree cannot be looked at whole. */
export class TooMuch extends Error {
  override readonly name: string = 'TooMuch'
}
