import type { BenefitClaim } from '#db/benefits/claims.ts'

/** What a claim gave, as it is kept with it and told. */
export type Given =
  | { readonly kind: 'coupon'; readonly couponId: string; readonly batch: string }
  | { readonly kind: 'voucher'; readonly amountFen: number }
  | { readonly kind: 'draw'; readonly amountFen: number }
  | {
      readonly kind: 'card'
      readonly card: string
      readonly code: string
      readonly amountFen?: number | undefined
      readonly percent?: number | undefined
      readonly categories?: readonly string[] | undefined
    }
  | { readonly kind: 'data'; readonly megabytes: number; readonly code: string }
  /** A benefit that says nothing of what it gives. */
  | { readonly kind: 'right'; readonly code: string }

/** What a claim gave. */
export function givenBy({ given }: Pick<BenefitClaim, 'given'>): Given {
  return JSON.parse(given) as Given
}

/** Whether it is in the member's hands, as a coupon or in a wallet, and is used or lapses there. */
export function isKeptElsewhere(claim: Pick<BenefitClaim, 'given'>): boolean {
  const { kind } = givenBy(claim)
  return kind === 'coupon' || kind === 'voucher' || kind === 'draw'
}
