// Is a client's address inside a network? RFC 4632, 3.1; RFC 4291, 2.3.

/** `network` is an address, or one with the length of its prefix: `192.0.2.0/24`, `2001:db8::/32`. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', length] = network.split('/')
  const bits = parseBits(address)
  const baseBits = parseBits(base)
  if (bits === undefined || baseBits === undefined || bits.length !== baseBits.length) return false
  const prefix = length === undefined ? bits.length : Number(length)
  return bits.slice(0, prefix) === baseBits.slice(0, prefix)
}

/** 32 or 128 signs `0` and `1`; an IPv4 address inside an IPv6 one counts as IPv4. RFC 4291, 2.5.5.2. */
function parseBits(text: string): string | undefined {
  const plain = text
    .replace(/^\[|\]$/g, '')
    .replace(/^ipv6:/i, '')
    .replace(/%.*$/, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (mapped !== undefined) return parseBits(mapped)
  if (/^\d+\.\d+\.\d+\.\d+$/.test(plain)) {
    const numbers = plain.split('.').map(Number)
    return numbers.every((number) => number <= 255) ? numbers.map((number) => toBits(number, 8)).join('') : undefined
  }
  return plain.includes(':') ? parseLongBits(plain) : undefined
}

function parseLongBits(text: string): string | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined
  return groups.map((group) => toBits(Number.parseInt(group, 16), 16)).join('')
}

function toBits(value: number, length: number): string {
  return value.toString(2).padStart(length, '0')
}
