import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { Offer } from '#rules/pricing/basket.ts'
import { indexOffers, type OfferIndex } from '#rules/pricing/offer-index.ts'
import { inZone, type OfferTerms } from '#rules/pricing/offer-terms.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import type { InputProblem } from '#rules/policies/problems.ts'
import { layDraft } from '#rules/replay/lay-draft.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Bodies by name, each laid over what is in force; `null`: an offer that is left out. */
export type Drafts = Readonly<Record<string, unknown>>

/** Why drafts cannot be tried: the paths begin with the name of the policy. */
export type DraftsRefused =
  | { readonly ok: false; readonly refusal: 'pricing/no-policy' }
  | {
      readonly ok: false
      readonly refusal: 'policies/unknown-name' | 'policies/invalid'
      readonly problems: readonly InputProblem[]
    }

/** What a basket is priced with. */
export type Terms = {
  readonly offers: readonly Offer[]
  readonly index: OfferIndex
  readonly policy: PricingPolicy
  readonly policyName: string
}

/** Drafts laid over the policies in force, instant by instant. */
export type DraftedBook = {
  readonly at: (instant: Temporal.Instant) => ({ readonly ok: true } & Terms) | DraftsRefused
}

type Kept = {
  readonly pricing: KnownPolicy | undefined
  /** Within which the same versions of offers are in force. */
  readonly fromMs: number
  readonly untilMs: number
  readonly terms: Terms
}

/** Trades come by member, so from all over the period: many spans of time are kept at once. */
const mostKept = 64

export function openDraftedBook(policies: PolicyBook, drafts: Drafts, zone: string): DraftedBook {
  const drafted = new Map<KnownPolicy | string, Drafted>()
  let kept: Kept[] = []

  const laid = (name: string, known: KnownPolicy | undefined): Drafted => {
    const there = drafted.get(known ?? name)
    if (there !== undefined) return there
    const made = lay(name, known, drafts)
    drafted.set(known ?? name, made)
    return made
  }
  return {
    at: (instant) => {
      const ms = instant.epochMilliseconds
      const pricing = policies.at('pricing', instant)
      const found = kept.find(
        (each) => each.pricing === pricing && each.fromMs <= ms && ms < each.untilMs,
      )
      if (found !== undefined) return { ok: true, ...found.terms }

      const made = termsAt(policies, drafts, instant, laid, zone)
      if (!made.ok) return made
      kept = [made, ...kept.slice(0, mostKept - 1)]
      return { ok: true, ...made.terms }
    },
  }
}

type Drafted =
  | { readonly ok: true; readonly policy: unknown; readonly version: string }
  | Extract<DraftsRefused, { readonly problems: unknown }>

function lay(name: string, known: KnownPolicy | undefined, drafts: Drafts): Drafted {
  const draft = drafts[name]
  if (draft === undefined && known !== undefined) {
    return { ok: true, policy: known.policy, version: `${name}@${known.version}` }
  }
  const { parsed } = layDraft(name, known?.body, draft)
  if (parsed.ok) return { ok: true, policy: parsed.policy, version: `${name}@draft` }
  if (parsed.refusal === 'policies/unknown-name') return unknownName(name)
  const problems = parsed.problems.map((each) => ({ ...each, path: pathUnder(name, each.path) }))
  return { ok: false, refusal: 'policies/invalid', problems }
}

function termsAt(
  policies: PolicyBook,
  drafts: Drafts,
  instant: Temporal.Instant,
  laid: (name: string, known: KnownPolicy | undefined) => Drafted,
  zone: string,
): ({ readonly ok: true } & Kept) | DraftsRefused {
  const pricing = policies.at('pricing', instant)
  if (pricing === undefined && drafts['pricing'] === undefined) {
    return { ok: false, refusal: 'pricing/no-policy' }
  }
  const span = spanOf(policies, instant)
  const byPolicy = laid('pricing', pricing)
  if (!byPolicy.ok) return byPolicy

  const offers: Offer[] = []
  for (const name of new Set([...policies.family('offer').keys(), ...namesOfOffers(drafts)])) {
    const known = policies.at(name, instant)
    if (drafts[name] === null || (known === undefined && drafts[name] === undefined)) continue
    const offer = laid(name, known)
    if (!offer.ok) return offer
    offers.push({ ...inZone(offer.policy as OfferTerms, zone), id: name, policy: offer.version })
  }
  const policy = byPolicy.policy as PricingPolicy
  const terms = { offers, index: indexOffers(offers), policy, policyName: byPolicy.version }
  return { ok: true, pricing, ...span, terms }
}

/** How long before and after an instant the same offers are in force. */
function spanOf(
  policies: PolicyBook,
  instant: Temporal.Instant,
): { readonly fromMs: number; readonly untilMs: number } {
  let [fromMs, untilMs] = [-Infinity, Infinity]
  for (const { effectiveAt } of [...policies.family('offer').values()].flat()) {
    const ms = effectiveAt.epochMilliseconds
    if (isBefore(instant, effectiveAt)) untilMs = Math.min(untilMs, ms)
    else fromMs = Math.max(fromMs, ms)
  }
  return { fromMs, untilMs }
}

/** What of drafts is no policy that a replay can try: `pricing` and offers alone. */
export function problemsOfNames(drafts: Drafts): DraftsRefused | undefined {
  const wrong = Object.keys(drafts).find((name) => name !== 'pricing' && !isOffer(name))
  return wrong === undefined ? undefined : unknownName(wrong)
}

function namesOfOffers(drafts: Drafts): readonly string[] {
  return Object.keys(drafts).filter(isOffer)
}

function isOffer(name: string): boolean {
  return name.startsWith('offer:')
}

function unknownName(name: string): Extract<DraftsRefused, { readonly problems: unknown }> {
  const message = 'A replay tries the policies pricing and offer:<slug>.'
  return { ok: false, refusal: 'policies/unknown-name', problems: [{ path: name, message }] }
}

function pathUnder(name: string, path: string): string {
  return path === '' ? name : `${name}.${path}`
}
