// RestrictionTable: how often a property, an alarm or the component itself stands in a message of one method. RFC 5546, 3.

/** `1`, `1+`, `0`, `0+`, `0-1`, as in the tables. */
export type Presence = '1' | '1+' | '0' | '0+' | '0-1'

/** By name. What a table does not name is free: the tables are silent about some properties, as SUMMARY in a CANCEL of a to-do. */
export type RestrictionTable = Readonly<Record<string, Presence>>

/** The same properties, none of which may be there. */
export function forbidAll(table: RestrictionTable): RestrictionTable {
  return Object.fromEntries(Object.keys(table).map((name) => [name, '0' as const]))
}
