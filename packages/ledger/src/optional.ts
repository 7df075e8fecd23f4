type OptionalNames<T> = { [Name in keyof T]-?: undefined extends T[Name] ? Name : never }[keyof T]

/** The same members, with those that may be undefined as optional ones. */
export type WithoutUndefined<T> = { readonly [Name in Exclude<keyof T, OptionalNames<T>>]: T[Name] } & {
  readonly [Name in OptionalNames<T>]?: Exclude<T[Name], undefined>
}

/** Leaves out the members that are undefined, so that "absent" has one spelling. */
export function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as WithoutUndefined<T>
}
