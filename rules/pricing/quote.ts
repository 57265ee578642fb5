import type { Who } from '#rules/members/who.ts'
import type { Layer } from '#rules/pricing/basket.ts'

/** A part of a reduction that one line carries, and who pays for it. */
export type Share = {
  readonly layer: Layer
  readonly instrument: string
  readonly offFen: number
  readonly funder: string
  /** The version of the policy by which it was taken off: `offer:x@2`; absent: given by hand. */
  readonly policy?: string
  readonly campaign?: string
}

/** An instrument that took something off, and what it saw. */
export type Applied = {
  readonly id: string
  /** Of the shop and freight layers, where an offer applies in each shop by itself. */
  readonly shop?: string
  readonly offFen: number
  /** The amount that its threshold was tested on. */
  readonly baseFen?: number
  readonly thresholdFen?: number
  /** How many whole steps or times. */
  readonly times?: number
  /** What floors, caps or lines at zero cut off it. */
  readonly cutFen?: number
  readonly points?: number
  /** Of an offer that is capped for each member: the cap, and what is left of it after this (PR-19). */
  readonly capFen?: number
  readonly capLeftFen?: number
}

/** One layer of the policy, applied or not. */
export type LayerReport = {
  readonly layer: Layer
  /** What the layer began with: goods still to pay, or the item-level amount (parallel). */
  readonly baseFen: number
  readonly offFen: number
  readonly byShopFen: Readonly<Record<string, number>>
  readonly applied: readonly Applied[]
}

export type QuotedLine = {
  readonly id: string
  /** Deposit and balance, for a presale line. */
  readonly payFen: number
  /** What each unit cost: adds up to `payFen`. */
  readonly unitsFen: readonly number[]
  readonly shares: readonly Share[]
}

export type QuotedFreight = {
  readonly shop: string
  readonly amountFen: number
  readonly payFen: number
  readonly shares: readonly Share[]
}

/** Why an instrument took nothing off. */
export type PricingRefusal =
  | 'pricing/not-in-window'
  | 'pricing/wrong-channel'
  | 'pricing/wrong-tier'
  | 'pricing/score-too-low'
  | 'pricing/paid-members-only'
  | 'pricing/benefit-missing'
  | 'pricing/member-cap-reached'
  | 'pricing/no-matching-line'
  | 'pricing/threshold-not-reached'
  | 'pricing/not-enough-units'
  | 'pricing/beaten'
  | 'pricing/slot-taken'
  | 'pricing/excluded'
  | 'pricing/limit-reached'
  | 'pricing/budget-spent'
  | 'pricing/does-not-combine'
  | 'pricing/not-chosen'
  | 'pricing/not-best'
  | 'pricing/line-at-zero'
  | 'pricing/nothing-left'
  | 'pricing/no-layer'
  | 'pricing/least-not-reached'
  | 'pricing/unknown-instrument'

export type NotApplied = {
  readonly id: string
  readonly refusal: PricingRefusal
  readonly shop?: string
  readonly baseFen?: number
  readonly thresholdFen?: number
  readonly shortFen?: number
  readonly shortUnits?: number
  /** The instrument that took its place. */
  readonly by?: string
  readonly lines?: readonly string[]
  /** What the member would have to be. */
  readonly unlockedBy?: Who
  /** The cap that was reached (PR-19). */
  readonly capFen?: number
}

/** What more would save more: add so much from a shop (or from the allowance's lines) to save. */
export type Missing = {
  readonly id: string
  readonly shop?: string
  readonly addFen?: number
  readonly addUnits?: number
  readonly savesFen: number
}

export type Gift = { readonly sku: string; readonly quantity: number; readonly offer: string }

/** What a line carries of the allowance on the day of a campaign, and why (CP-10). */
export type QuotedAllowance = {
  readonly line: string
  readonly campaign: string
  readonly policy: string
  /** `null`: none. */
  readonly step: { readonly everyFen: number; readonly offFen: number } | null
  readonly why: string
}

/** A basket priced through all layers, with its whole explanation; every amount in fen. */
export type Quote = {
  readonly ok: true
  readonly goodsFen: number
  readonly freightFen: number
  readonly extrasFen: number
  readonly depositFen?: number
  readonly payFen: number
  readonly optimal: boolean
  readonly layers: readonly LayerReport[]
  readonly lines: readonly QuotedLine[]
  readonly freight: readonly QuotedFreight[]
  readonly gifts: readonly Gift[]
  readonly notApplied: readonly NotApplied[]
  readonly missing: readonly Missing[]
  /** What of each instrument was used: coupons by id, fen of allowance and envelopes, points. */
  readonly used: {
    readonly coupons: readonly string[]
    readonly allowanceFen: number
    readonly redEnvelopesFen: Readonly<Record<string, number>>
    readonly points: number
    /** Offers that took something off or gave a gift. */
    readonly offers: readonly string[]
  }
  readonly policies: readonly string[]
  /** Absent but on the day of a campaign. */
  readonly allowances?: readonly QuotedAllowance[]
}
