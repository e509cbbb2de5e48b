// Where a mail server listens: `host:port`, or the path of a UNIX socket.

export type ServerAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'host'; readonly host: string; readonly port: number }

/** `/run/dovecot/lmtp`, `unix:/run/dovecot/lmtp`, `127.0.0.1:25`, `[::1]:25`, `mail.example.com:25`; nothing where it is none of these. */
export function parseServerAddress(text: string): ServerAddress | undefined {
  const path = /^(?:unix:)?(\/.+)$/s.exec(text)?.[1]
  if (path !== undefined) return path.includes('\0') ? undefined : { kind: 'socket', path }
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  return host === undefined || port < 1 || port > 65_535 ? undefined : { kind: 'host', host, port }
}

export function serializeServerAddress(address: ServerAddress): string {
  if (address.kind === 'socket') return address.path
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}
