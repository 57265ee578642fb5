import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { Limit, Offer } from '#rules/pricing/basket.ts'
import { capKeyOf } from '#rules/pricing/member-cap.ts'
import { indexOffers, type OfferIndex } from '#rules/pricing/offer-index.ts'
import { inZone, type OfferTerms } from '#rules/pricing/offer-terms.ts'
import { isBefore } from '#rules/time/instants.ts'

/** The offers in force at an instant. */
export type OffersInForce = {
  readonly index: OfferIndex
  /** Those that are limited, by id. */
  readonly limited: ReadonlyMap<string, Limit>
  /** Those whose savings are counted for each member, by id. */
  readonly counted: ReadonlyMap<string, Counted>
}

/** Why what an offer saves is counted for the member: it is capped, or of paid membership. */
export type Counted = {
  /** Its cap, as `88vip/month`. */
  readonly cap: string | undefined
  readonly ofPaid: boolean
}

/** The offers of a market as this process knows them. */
export type OfferBook = { readonly at: (instant: Temporal.Instant) => OffersInForce }

/** Between two changes the same offers hold. */
type Kept = {
  readonly changes: number
  readonly fromMs: number
  readonly untilMs: number
  readonly offers: OffersInForce
}

/** Facts are dated back to many days at most: a few spans of time are kept at once. */
const mostKept = 4

/**
 * Indexes the offers in force, and again only when one was approved or another version comes into
 * force: until then the index is the same.
 */
export function openOfferBook(policies: PolicyBook, zone: string): OfferBook {
  const known = new Map<KnownPolicy, Offer>()
  let kept: Kept[] = []

  const offerOf = (policy: KnownPolicy): Offer => {
    const offer = known.get(policy) ?? namedOffer(policy, zone)
    known.set(policy, offer)
    return offer
  }
  return {
    at: (instant) => {
      const changes = policies.changes()
      const ms = instant.epochMilliseconds
      const found = kept.find(
        (each) => each.changes === changes && each.fromMs <= ms && ms < each.untilMs,
      )
      if (found !== undefined) return found.offers

      const made = { changes, ...inForce(policies, instant, offerOf) }
      kept = [made, ...kept.filter((each) => each.changes === changes)].slice(0, mostKept)
      return made.offers
    },
  }
}

/** The offers of a policy book, kept with it; `zone` is that of its market. */
export function offersOf(policies: PolicyBook, zone: string): OfferBook {
  const book = books.get(policies) ?? openOfferBook(policies, zone)
  books.set(policies, book)
  return book
}

const books = new WeakMap<PolicyBook, OfferBook>()

function inForce(
  policies: PolicyBook,
  instant: Temporal.Instant,
  offerOf: (policy: KnownPolicy) => Offer,
): Omit<Kept, 'changes'> {
  let fromMs = -Infinity
  let untilMs = Infinity
  const offers: Offer[] = []
  const limited = new Map<string, Limit>()
  const counted = new Map<string, Counted>()
  for (const versions of policies.family('offer').values()) {
    const next = versions.findIndex((each) => isBefore(instant, each.effectiveAt))
    const current = versions[(next === -1 ? versions.length : next) - 1]
    if (next !== -1) {
      untilMs = Math.min(untilMs, versions[next]?.effectiveAt.epochMilliseconds ?? Infinity)
    }
    if (current === undefined) continue
    fromMs = Math.max(fromMs, current.effectiveAt.epochMilliseconds)
    const offer = offerOf(current)
    offers.push(offer)
    if (offer.limit !== undefined) limited.set(offer.id, offer.limit)
    if (isCounted(offer)) counted.set(offer.id, countedOf(offer))
  }
  return { fromMs, untilMs, offers: { index: indexOffers(offers), limited, counted } }
}

function isCounted({ memberCap, paidMember }: Offer): boolean {
  return memberCap !== undefined || paidMember === true
}

function countedOf({ id, memberCap, paidMember }: Offer): Counted {
  const cap = memberCap === undefined ? undefined : capKeyOf(id, memberCap)
  return { cap, ofPaid: paidMember === true }
}

/** An offer is called as its policy is; what it takes off is by a version of it. */
function namedOffer({ name, version, policy }: KnownPolicy, zone: string): Offer {
  const terms = inZone(policy as OfferTerms, zone)
  return { ...terms, id: name, policy: `${name}@${version}` }
}
