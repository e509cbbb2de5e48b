// Content-Type, Content-Disposition and Content-Transfer-Encoding in the forms that leave no doubt. RFC 2045, 5; RFC 2183.

export interface ContentHeader {
  /** Lower case. */
  readonly type: string
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>
  readonly fileName: string | undefined
  /** Lower case; empty where there is none. */
  readonly encoding: string
}

/** The header of a part; nothing where something in it could be read in two ways, and mailparser has to say. */
export function parseContentHeader(header: string): ContentHeader | undefined {
  const values = findContentFields(header)
  if (values === undefined) return undefined
  const type = parseValue(values.get('content-type') ?? '')
  const disposition = parseValue(values.get('content-disposition') ?? '')
  if (!type || !disposition) return undefined
  const encoding = (values.get('content-transfer-encoding') ?? '').toLowerCase()
  if (!/^[a-z0-9-]*$/.test(encoding)) return undefined
  const fileName = disposition.parameters.get('filename') || type.parameters.get('name') || undefined
  const isAttachment = disposition.value === 'attachment' || fileName !== undefined
  return {
    // RFC 2045, 5.2: without a type it is text; but nobody names a plain text file so.
    type: type.value || (isAttachment ? 'application/octet-stream' : 'text/plain'),
    parameters: type.parameters,
    fileName,
    encoding,
  }
}

const contentFields = ['content-type', 'content-disposition', 'content-transfer-encoding']

function findContentFields(header: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>()
  // A CR that ends no line, or a header line that is no field: readers differ.
  if (/\r(?!\n)/.test(header)) return undefined
  for (const line of header.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    if (line === '') continue
    const match = /^([!-9;-~]+):(.*)$/s.exec(line)
    if (!match) return undefined
    const name = (match[1] ?? '').toLowerCase()
    if (!contentFields.includes(name)) continue
    if (values.has(name)) return undefined
    values.set(name, (match[2] ?? '').trim())
  }
  return values
}

// A token or a quoted string without escapes; no comments, no RFC 2231 forms, no encoded words.
const parameterPattern = /[ \t]*;[ \t]*(?:([a-z0-9_-]+)=(?:"([^"\\\t]*)"|([^\s;"\\()]+)))?[ \t]*/iy

function parseValue(text: string): { value: string; parameters: Map<string, string> } | undefined {
  const parameters = new Map<string, string>()
  if (/[^\t\x20-\x7e]|=\?/.test(text)) return undefined
  const value = /^[a-z0-9!#$&^_.+/-]*/i.exec(text)?.[0] ?? ''
  parameterPattern.lastIndex =
    value.length + (/^[ \t]*$/.test(text.slice(value.length)) ? text.length - value.length : 0)
  while (parameterPattern.lastIndex < text.length) {
    const match = parameterPattern.exec(text)
    if (!match) return undefined
    const [, name, quoted, token] = match
    if (name === undefined) continue
    if (parameters.has(name.toLowerCase())) return undefined
    parameters.set(name.toLowerCase(), quoted ?? token ?? '')
  }
  return { value: value.toLowerCase(), parameters }
}
