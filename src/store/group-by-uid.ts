// What is kept of a user, by the UID it belongs to, each in its order.

export function groupByUid<Entry extends { readonly uid: string }>(
  entries: readonly Entry[],
): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const group = groups.get(entry.uid)
    if (group) group.push(entry)
    else groups.set(entry.uid, [entry])
  }
  return groups
}
