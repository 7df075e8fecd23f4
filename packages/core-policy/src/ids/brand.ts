declare const brand: unique symbol

/** A string that a parser has proved to be what its name says. Made only beside that parser. */
export type Brand<Name extends string> = string & { readonly [brand]: Name }
