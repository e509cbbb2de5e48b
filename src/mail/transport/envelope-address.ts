// Addresses as they stand in an envelope: which may be said on the wire, and when two are one.

// RFC 5321, 4.5.3.1: 64 octets, the sign, 255 octets; a little more for servers that allow it.
const longestAddress = 512

/** Nothing that could end the command or its argument; blanks and specials only inside quotes. RFC 5321, 4.1.2. */
export function isWireAddress(address: string): boolean {
  if (address === '' || address.length > longestAddress || /[\x00-\x1f\x7f-\x9f\ud800-\udfff]/u.test(address))
    return false
  return /^[^\s<>"]+$/.test(address) || /^"(?:[^"\\]|\\.)*"@[^\s<>"]+$/.test(address)
}

/** Two spellings with one key are one recipient: domains differ in case only by writing, local parts may differ by it. */
export function makeAddressKey(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at + 1) + address.slice(at + 1).toLowerCase()
}
