import ipaddr from 'ipaddr.js'

/**
 * Whether an address, as text, is of the general use of the internet (WH-7). Addresses that wrap
 * another one (IPv4 in IPv6, 6to4, NAT64) are what they wrap; whatever cannot be read is not public.
 */
export function isPublicAddress(text: string): boolean {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  if (!ipaddr.isValid(bare)) return false
  const address = ipaddr.process(bare)
  if (address.kind() === 'ipv4') return address.range() === 'unicast'

  const wrapped = wrappedIn(address as ipaddr.IPv6)
  if (wrapped !== undefined) return wrapped.range() === 'unicast'
  return address.range() === 'unicast'
}

/** The IPv4 address in one of NAT64 (64:ff9b::/96), 6to4 (2002::/16) or the deprecated ::/96. */
function wrappedIn(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray()
  const [a = 0, b = 0] = address.parts
  if (a === 0x2002) return new ipaddr.IPv4(bytes.slice(2, 6))
  const isNat64 = a === 0x64 && b === 0xff9b
  const isPlain = address.parts.slice(0, 6).every((part) => part === 0)
  return isNat64 || isPlain ? new ipaddr.IPv4(bytes.slice(12)) : undefined
}
