// Which parts of a mail are kept when it is taken apart: those that may be iMIP, and those worth a note. RFC 6047, 2.4.

export type PartKind = 'calendar' | 'tnef' | 'other'

/** By what the part's header says; `contentType` in lower case. */
export function findPartKind(contentType: string, fileName: string | undefined): PartKind {
  if (contentType === 'text/calendar' || contentType === 'application/ics') return 'calendar'
  if (contentType === 'application/ms-tnef' || contentType === 'application/vnd.ms-tnef') return 'tnef'
  if (contentType !== 'application/octet-stream' || fileName === undefined) return 'other'
  // Quirk: some attach the invitation as a file without a type of its own, and Exchange may wrap it in TNEF, see docs/quirks.md.
  if (/\.ics\s*$/i.test(fileName)) return 'calendar'
  return /^\s*winmail\.dat\s*$/i.test(fileName) ? 'tnef' : 'other'
}
