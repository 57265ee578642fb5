import type { Fen } from '#rules/money/fen.ts'
import type { Ppm } from '#rules/money/rate.ts'

/** A step of the discount order. The promo price is where it starts, not a layer (PR-1). */
export type Layer =
  | 'presale'
  | 'item'
  | 'shop'
  | 'coupon'
  | 'platformCoupon'
  | 'allowance'
  | 'categoryCoupon'
  | 'redEnvelope'
  | 'points'
  | 'freight'

/** Which lines: a line is meant when every key given has it, and no key of `exclude` has (PR-3). */
export type Target = TargetKeys & { readonly exclude?: TargetKeys }

export type TargetKeys = {
  readonly skus?: readonly string[]
  readonly shops?: readonly string[]
  readonly categories?: readonly string[]
  readonly tags?: readonly string[]
  readonly lines?: readonly string[]
}

/** Who pays for a reduction: one, or several by per mille that add up to 1,000. */
export type Funding = string | readonly { readonly funder: string; readonly perMille: number }[]

/** Half-open, in milliseconds since the epoch: read once, compared often. */
export type Window = { readonly fromMs: number; readonly toMs: number }

/** Every X minus Y. */
export type AllowanceStep = { readonly every: Fen; readonly off: Fen }

/** One SKU in a basket. Prices are of one unit. */
export type BasketLine = {
  readonly id: string
  readonly sku: string
  readonly shop: string
  readonly category: string
  readonly tags: readonly string[]
  readonly quantity: number
  readonly listPrice: Fen
  readonly promoPrice?: Fen
  /** No layer takes a unit below it. */
  readonly minPrice?: Fen
  /** Of this line alone; `null`: it takes no part in the allowance; absent: the basket's. */
  readonly allowanceStep?: AllowanceStep | null
  /** Of one unit: what was put down, what that is worth, or what comes off at once. */
  readonly presale?: { readonly deposit: Fen; readonly worth?: Fen; readonly instantOff?: Fen }
}

/** The percentage is always the part taken off; `percent` is parts per million of one. */
export type Off =
  | { readonly off: Fen; readonly percent?: undefined }
  | { readonly percent: Ppm; readonly off?: undefined }

/** As `Off`, or a price instead. */
export type OffOrPrice =
  | (Off & { readonly price?: undefined })
  | { readonly price: Fen; readonly off?: undefined; readonly percent?: undefined }

export type Pick = 'cheapest' | 'dearest'

export type Effect =
  | {
      readonly type: 'percentOff'
      readonly percent: Ppm
      readonly maxUnits?: number
      readonly pick: Pick
      readonly cap?: Fen
      readonly roundTo?: Fen
      /** `balance`: of what is left without the deposit. */
      readonly base: 'left' | 'item' | 'balance'
    }
  | {
      readonly type: 'amountOffUnit'
      readonly off: Fen
      readonly maxUnits?: number
      readonly pick: Pick
    }
  | {
      readonly type: 'amountOffLine'
      readonly off: Fen
      readonly maxUnits?: number
      readonly pick: Pick
    }
  | { readonly type: 'amountOffTotal'; readonly off: Fen }
  | { readonly type: 'fixedPrice'; readonly price: Fen }
  | { readonly type: 'fixedTotal'; readonly price: Fen }
  | {
      readonly type: 'thresholdOff'
      readonly steps: readonly (Off & { readonly from: Fen })[]
      readonly cap?: Fen
    }
  | { readonly type: 'everyXMinusY'; readonly every: Fen; readonly off: Fen; readonly cap?: Fen }
  | ({
      readonly type: 'nthUnit'
      readonly n: number
      readonly pick: Pick
      readonly per: 'group' | 'all'
      readonly maxUnits?: number
    } & OffOrPrice)
  | ({ readonly type: 'perGroup'; readonly units: number } & OffOrPrice)
  | {
      readonly type: 'buyXGetY'
      readonly buy: number
      readonly get: number
      /** Absent: free. */
      readonly percent?: Ppm
      readonly getTarget?: Target
      readonly times?: number
      /** Which units are got first. */
      readonly pick: Pick
    }
  | {
      readonly type: 'gift'
      /** One gift for every so many units, or for every so much money (PR-8). */
      readonly every: number
      readonly counts: 'units' | 'money'
      readonly sku: string
      readonly quantity: number
    }
  | {
      readonly type: 'tieredByQuantity'
      readonly steps: readonly (OffOrPrice & { readonly from: number })[]
    }
  | { readonly type: 'freeFreight' }
  | ({ readonly type: 'freightOff' } & Off)

/** What holds for offers and coupons alike. */
export type Conditions = {
  readonly target?: Target
  readonly window?: Window
  /** The least base of its lines; reached at equality (PR-6). */
  readonly threshold?: Fen
  readonly minUnits?: number
  /** The most it takes off. */
  readonly maxOff?: Fen
  readonly exclusive: boolean
  readonly priority: number
  /** Adds to others of its layer instead of competing. */
  readonly stacks: boolean
  readonly limit?: Limit
  readonly funder?: Funding
  readonly channel?: string
  readonly tiers?: readonly string[]
  readonly scoreFrom?: number
  /** Only members who paid for membership. */
  readonly paidMember?: true
  /** Only members who hold an open claim of this benefit. */
  readonly benefit?: string
  readonly campaign?: string
}

/** A use or a discount over the limit is refused whole (PR-14). */
export type Limit = {
  readonly total?: number
  readonly perMember?: number
  readonly used: number
  readonly usedByMember: number
  readonly budget?: Fen
  readonly spent: Fen
}

/**
 * The most that it takes off for one member in a period of the calendar, whatever the baskets: a
 * reduction is cut to what is left (PR-19). Offers whose caps have one name count together.
 */
export type MemberCap = {
  readonly off: Fen
  readonly per: 'day' | 'month' | 'year'
  /** Absent: the offer's own. */
  readonly name?: string
}

/** A reduction that applies by itself. `policy`: the version it is written in, as `offer:x@2`. */
export type Offer = Conditions & {
  readonly id: string
  readonly layer: 'item' | 'shop' | 'freight'
  readonly effect: Effect
  readonly memberCap?: MemberCap
  readonly policy?: string
}

/** A reduction that the member holds. */
export type Coupon = Conditions &
  Off & {
    readonly id: string
    readonly kind: 'item' | 'shop' | 'category' | 'platform'
    readonly policy?: string
  }

export type RedEnvelope = {
  readonly id: string
  readonly amount: Fen
  readonly expiresAtMs?: number
  readonly target?: Target
  readonly funder?: Funding
  readonly campaign?: string
  readonly policy?: string
}

/** The member who buys, and all that he holds. */
export type Holder = {
  readonly tier?: string
  readonly score?: number
  readonly paidMember?: boolean
  /** The benefits of which the member holds an open claim. */
  readonly benefits?: readonly string[]
  /** What the member saved before in the running periods, by `<name of the cap>/<period>` (PR-19). */
  readonly saved?: Readonly<Record<string, Fen>>
  readonly coupons: readonly Coupon[]
  /** What is in the allowance wallet. */
  readonly allowance: Fen
  readonly redEnvelopes: readonly RedEnvelope[]
  readonly points: number
}

/** The buyer's own choice: used in full where usable, nothing else (PR-12). */
export type OwnChoice = {
  readonly coupons?: readonly string[]
  readonly redEnvelopes?: readonly string[]
  readonly allowance?: boolean | Fen
  readonly points?: number
}

/** Some forced in or out, the rest chosen best (PR-12). Ids of any instruments; `allowance`, `points`. */
export type GuidedChoice = { readonly pin: readonly string[]; readonly without: readonly string[] }

export type Choose =
  | { readonly kind: 'best' }
  | ({ readonly kind: 'own' } & OwnChoice)
  | ({ readonly kind: 'guided' } & GuidedChoice)

export type FreightCharge = { readonly shop: string; readonly amount: Fen }

/** Tax and services: never counted, never reduced (PR-2). */
export type Extra = {
  readonly shop: string
  readonly kind: 'tax' | 'service'
  readonly amount: Fen
}

/** Everything that a quote is decided from, besides the offers and the policy. */
export type Basket = {
  readonly atMs: number
  readonly lines: readonly BasketLine[]
  readonly freight: readonly FreightCharge[]
  readonly extras: readonly Extra[]
  readonly member: Holder
  readonly allowanceStep?: AllowanceStep
  readonly channel?: string
  readonly choose: Choose
  /** Of limited offers, by id: what counts besides the `used` of the offers themselves (PR-14). */
  readonly uses?: Readonly<Record<string, OfferUses>>
}

/** How far a limited offer is used up for this member. */
export type OfferUses = {
  readonly byMember: number
  /** Why nothing is left of it for anybody. */
  readonly gone?: 'pricing/limit-reached' | 'pricing/budget-spent'
}
