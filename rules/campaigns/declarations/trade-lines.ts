import {
  areSameTerms,
  type DeclarationKind,
  type DeclaredTerms,
} from '#rules/campaigns/declarations/declaration.ts'
import type { Campaign } from '#rules/campaigns/policy.ts'
import { isOpen } from '#rules/campaigns/phases.ts'

/** A line of a trade or a booking, with what it asks for one unit. */
export type LineAsked = {
  readonly line: string
  readonly shop: string
  readonly sku: string
  readonly kind: DeclarationKind
  readonly quantity: number
  readonly priceFen: number
  readonly terms: DeclaredTerms | null
}

/** What is declared of a SKU in a campaign that is on. */
export type DeclaredPrice = {
  readonly campaign: string
  readonly shopId: string
  readonly sku: string
  readonly kind: DeclarationKind
  readonly priceFen: number
  readonly terms: DeclaredTerms | null
}

/** What a line draws on. */
export type LineUse = {
  readonly line: string
  readonly campaign: string
  readonly shopId: string
  readonly sku: string
  readonly kind: DeclarationKind
  readonly quantity: number
  readonly declaredFen: number
  readonly askedFen: number
}

/** A line that asks another price than its shop declared (DL-11). */
export type OtherPrice = {
  readonly ok: false
  readonly refusal: 'declarations/other-price'
  readonly line: string
  readonly shop: string
  readonly sku: string
  readonly askedFen: number
  readonly declaredFen: number
}

export type LinesMatched = { readonly ok: true; readonly uses: readonly LineUse[] } | OtherPrice

/** Whether goods of a kind are sold by their declarations at an instant (DL-10). */
export function isOnSale(campaign: Campaign, kind: DeclarationKind, at: Temporal.Instant): boolean {
  if (isOpen(campaign, 'day', at)) return true
  return kind === 'presale' && isOpen(campaign, 'presale', at)
}

/**
 * What lines draw on of what is declared (DL-10). Refused, where the policy says so: the first line whose
 * price or presale terms are others than those declared (DL-11).
 */
export function matchLines(
  lines: readonly LineAsked[],
  declared: readonly DeclaredPrice[],
  otherPrice: 'refuse' | 'record',
): LinesMatched {
  const bySku = new Map(declared.map((each) => [keyOf(each.shopId, each.sku, each.kind), each]))
  const uses: LineUse[] = []
  for (const line of lines) {
    const { shop, sku, kind, quantity, priceFen } = line
    const found = bySku.get(keyOf(shop, sku, kind))
    if (found === undefined) continue
    const { campaign, priceFen: declaredFen } = found
    const named = { line: line.line, sku, askedFen: priceFen, declaredFen }
    const isSame = priceFen === declaredFen && areSameTerms(line.terms, found.terms)
    if (!isSame && otherPrice === 'refuse') {
      return { ok: false, refusal: 'declarations/other-price', shop, ...named }
    }
    uses.push({ ...named, campaign, shopId: shop, kind, quantity })
  }
  return { ok: true, uses }
}

function keyOf(...names: readonly string[]): string {
  return names.join('\n')
}
