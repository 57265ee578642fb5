import type { QuotaContext } from '#operations/issuing/quotas.ts'
import type { Market } from '#db/market.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { Entry } from '#rules/entry/policy.ts'

/** What entries are decided with. */
export type EntryContext = QuotaContext & { readonly market: Market }

/** An event by a version of its policy. */
export type KnownEvent = {
  readonly event: string
  /** `entry:x@2`. */
  readonly policy: string
  readonly terms: Entry
}

/** The event of a name as it is in force at an instant. */
export function eventAt(
  policies: PolicyBook,
  event: string,
  at: Temporal.Instant,
): KnownEvent | undefined {
  const known = policies.at(entryName(event), at)
  return known === undefined ? undefined : eventOf(known)
}

/** All events in force at an instant, by name. */
export function eventsAt(policies: PolicyBook, at: Temporal.Instant): readonly KnownEvent[] {
  return [...policies.family('entry').keys()].toSorted().flatMap((name) => {
    const known = policies.at(name, at)
    return known === undefined ? [] : [eventOf(known)]
  })
}

/** An event by the version that an entry names: `entry:x@2`. */
export function eventVersion(policies: PolicyBook, policy: string): KnownEvent | undefined {
  const at = policy.lastIndexOf('@')
  const known = policies.version(policy.slice(0, at), Number(policy.slice(at + 1)))
  return known === undefined ? undefined : eventOf(known)
}

/** The temporary rules of points that go with an event, as they are in force: `points-event:x@1`. */
export function rulesOf(
  policies: PolicyBook,
  { terms }: KnownEvent,
  at: Temporal.Instant,
): string | undefined {
  if (terms.rules === undefined) return undefined
  const known = policies.at(`points-event:${terms.rules}`, at)
  return known === undefined ? undefined : `${known.name}@${known.version}`
}

/** The name of an event's policy, which is that of its places too. */
export function entryName(event: string): string {
  return `entry:${event}`
}

function eventOf({ name, version, policy }: KnownPolicy): KnownEvent {
  const event = name.slice(name.indexOf(':') + 1)
  return { event, policy: `${name}@${version}`, terms: policy as Entry }
}
