import type { Campaign } from '#rules/campaigns/policy.ts'
import { isOpen, phaseNamed } from '#rules/campaigns/phases.ts'
import {
  areSameTerms,
  declarationPhase,
  type Declaration,
  type DeclarationAsked,
  type DeclaredTerms,
} from '#rules/campaigns/declarations/declaration.ts'
import { tooHigh, type Ceiling, type PriceCause } from '#rules/prices/check.ts'
import type { DepositPolicy } from '#rules/presale/policy.ts'
import { refusalsOf, type PresaleRefusal } from '#rules/presale/terms.ts'
import { isBefore, type Window } from '#rules/time/instants.ts'

/** What a declaration is decided in. */
export type DeclarationSituation = {
  readonly campaign: Campaign
  readonly at: Temporal.Instant
  /** Whether the shop may declare goods. */
  readonly isShortlisted: boolean
  /** What is declared of the SKU in this kind, and in the other. */
  readonly known: Declaration | undefined
  readonly other: Declaration | undefined
  /** How many units of `known` are sold. */
  readonly sold: number
  /** Of this kind; `undefined`: the market verifies no prices. */
  readonly ceiling: Ceiling | undefined
  readonly mainCategory: string
  readonly deposit: DepositPolicy | undefined
  /** Spot goods cost what the presale asks, or more (DL-5). */
  readonly notBelowPresale: boolean
  readonly mostQuantity: number
  /** How many more SKUs a shop on probation may declare; absent: any number. */
  readonly skusLeft?: number | undefined
}

/** Why a declaration is refused, the field at fault, and every figure that explains it. */
export type DeclarationRefused = {
  readonly ok: false
  readonly refusal:
    | 'declarations/not-shortlisted'
    | 'declarations/on-probation'
    | 'declarations/not-in-window'
    | 'declarations/price-not-positive'
    | 'declarations/quantity-not-allowed'
    | 'declarations/terms-missing'
    | 'declarations/terms-not-of-spot'
    | 'declarations/terms-not-allowed'
    | 'declarations/price-above-ceiling'
    | 'declarations/below-presale-price'
    | 'declarations/above-spot-price'
    | 'declarations/below-sold'
    | 'declarations/unknown'
    | 'declarations/already-sold'
  readonly field: 'shop' | 'kind' | 'sku' | 'price' | 'quantity' | 'deposit'
  readonly window?: Window | undefined
  readonly ceilingFen?: number | null
  readonly floorFen?: number
  readonly sold?: number
  readonly most?: number
  readonly causes?: readonly PriceCause[]
  readonly terms?: readonly PresaleRefusal[]
}

export type DeclarationDecided =
  | {
      readonly ok: true
      readonly what: 'declared' | 'changed' | 'unchanged'
      readonly declaration: Declaration
    }
  | DeclarationRefused

/**
 * Decides what a shop declares (DL-1 to DL-9). The first that is in the way, in this order: the shop, the
 * window, price and quantity by themselves, the presale's terms, the ceiling, the other kind, what is
 * sold. What is as it was is `unchanged`, whenever it is asked.
 */
export function decideDeclaration(
  asked: DeclarationAsked,
  situation: DeclarationSituation,
): DeclarationDecided {
  const { known, at } = situation
  const next = nextOf(asked, situation)
  if (known !== undefined && isUnchanged(known, next)) {
    return { ok: true, what: 'unchanged', declaration: known }
  }
  const refused = refusedFor(asked, next, situation)
  if (refused !== undefined) return refused

  const isGoingOn = known?.status === 'declared'
  return {
    ok: true,
    what: isGoingOn ? 'changed' : 'declared',
    declaration: { ...next, declaredAt: isGoingOn ? known.declaredAt : at },
  }
}

/** DL-7: a declaration is taken back in its window, while nothing of it is sold. */
export function decideWithdrawal({
  known,
  sold,
  ...rest
}: Pick<DeclarationSituation, 'campaign' | 'at' | 'known' | 'sold'>): DeclarationDecided {
  const { campaign, at } = rest
  if (known === undefined) return { ok: false, refusal: 'declarations/unknown', field: 'sku' }
  if (known.status === 'withdrawn') return { ok: true, what: 'unchanged', declaration: known }
  const name = declarationPhase(known.kind)
  if (!isOpen(campaign, name, at)) return notInWindow(campaign, name)
  if (sold > 0) return { ok: false, refusal: 'declarations/already-sold', field: 'sku', sold }
  const declaration: Declaration = {
    ...known,
    status: 'withdrawn',
    number: known.number + 1,
    cause: null,
    changedAt: at,
  }
  return { ok: true, what: 'changed', declaration }
}

/** DL-8: one that is no longer allowed is suspended; whatever else it is stays. `undefined`: it is not open. */
export function suspended(
  known: Declaration,
  cause: object,
  at: Temporal.Instant,
): Declaration | undefined {
  if (known.status !== 'declared') return undefined
  return { ...known, status: 'suspended', number: known.number + 1, cause, changedAt: at }
}

function nextOf(
  { kind, sku, priceFen, quantity, category, terms }: DeclarationAsked,
  { known, mainCategory, ceiling, at }: DeclarationSituation,
): Declaration {
  return {
    kind,
    sku,
    status: 'declared',
    number: (known?.number ?? 0) + 1,
    category: category ?? known?.category ?? mainCategory,
    priceFen,
    quantity,
    terms: terms ?? null,
    ceiling: ceiling ?? null,
    cause: null,
    declaredAt: at,
    changedAt: at,
  }
}

function isUnchanged(known: Declaration, next: Declaration): boolean {
  return known.quantity === next.quantity && isAlikeButForQuantity(known, next)
}

function isAlikeButForQuantity(known: Declaration, next: Declaration): boolean {
  return (
    known.status === 'declared' &&
    known.priceFen === next.priceFen &&
    known.category === next.category &&
    areSameTerms(known.terms, next.terms)
  )
}

function refusedFor(
  asked: DeclarationAsked,
  next: Declaration,
  situation: DeclarationSituation,
): DeclarationRefused | undefined {
  const { campaign, at, known, sold, mostQuantity } = situation
  if (!situation.isShortlisted) {
    return { ok: false, refusal: 'declarations/not-shortlisted', field: 'shop' }
  }
  const name = declarationPhase(asked.kind)
  const isInWindow = isOpen(campaign, name, at)
  if (!isInWindow && !isMore(campaign, known, next, at)) return notInWindow(campaign, name)
  const isNewSku = known?.status !== 'declared' && situation.other?.status !== 'declared'
  if (isNewSku && situation.skusLeft === 0) {
    return { ok: false, refusal: 'declarations/on-probation', field: 'shop' }
  }
  if (asked.priceFen <= 0) {
    return { ok: false, refusal: 'declarations/price-not-positive', field: 'price', floorFen: 1 }
  }
  if (asked.quantity < 1 || asked.quantity > mostQuantity) {
    const most = mostQuantity
    return { ok: false, refusal: 'declarations/quantity-not-allowed', field: 'quantity', most }
  }
  const refused = termsRefused(asked, situation)
  if (refused !== undefined) return refused
  // Outside of the window only the quantity grows: the price was checked when it was declared.
  if (isInWindow) {
    const high = priceRefused(asked, situation)
    if (high !== undefined) return high
  }
  if (asked.quantity >= sold) return undefined
  return { ok: false, refusal: 'declarations/below-sold', field: 'quantity', sold }
}

/** DL-6: more of what is declared may be locked as long as the campaign's day is not over. */
function isMore(
  campaign: Campaign,
  known: Declaration | undefined,
  next: Declaration,
  at: Temporal.Instant,
): boolean {
  const day = phaseNamed(campaign, 'day')
  if (known === undefined || day === undefined || !isBefore(at, day.window.to)) return false
  return isAlikeButForQuantity(known, next) && next.quantity > known.quantity
}

function termsRefused(
  { kind, priceFen, terms }: DeclarationAsked,
  { deposit }: DeclarationSituation,
): DeclarationRefused | undefined {
  if (kind === 'spot') {
    if (terms === undefined) return undefined
    return { ok: false, refusal: 'declarations/terms-not-of-spot', field: 'deposit' }
  }
  if (terms === undefined) {
    return { ok: false, refusal: 'declarations/terms-missing', field: 'deposit' }
  }
  const wrong = deposit === undefined ? [] : refusalsOf(presaleOf(priceFen, terms), deposit)
  if (wrong.length === 0) return undefined
  return { ok: false, refusal: 'declarations/terms-not-allowed', field: 'deposit', terms: wrong }
}

function presaleOf(price: Declaration['priceFen'], { deposit, worth, instantOff }: DeclaredTerms) {
  return {
    price,
    deposit,
    ...(worth === undefined ? {} : { worth }),
    ...(instantOff === undefined ? {} : { instantOff }),
  }
}

function priceRefused(
  { kind, priceFen }: DeclarationAsked,
  { ceiling, other, notBelowPresale }: DeclarationSituation,
): DeclarationRefused | undefined {
  const causes = ceiling === undefined ? [] : tooHigh(priceFen, ceiling)
  if (ceiling !== undefined && causes.length > 0) {
    const { ceilingFen } = ceiling
    return {
      ok: false,
      refusal: 'declarations/price-above-ceiling',
      field: 'price',
      ceilingFen,
      causes,
    }
  }
  if (!notBelowPresale || other?.status !== 'declared') return undefined
  const { priceFen: otherFen } = other
  if (kind === 'spot' && priceFen < otherFen) {
    const refusal = 'declarations/below-presale-price'
    return { ok: false, refusal, field: 'price', floorFen: otherFen }
  }
  if (kind === 'presale' && priceFen > otherFen) {
    const refusal = 'declarations/above-spot-price'
    return { ok: false, refusal, field: 'price', ceilingFen: otherFen }
  }
  return undefined
}

function notInWindow(campaign: Campaign, name: string): DeclarationRefused {
  const window = phaseNamed(campaign, name)?.window
  return { ok: false, refusal: 'declarations/not-in-window', field: 'kind', window }
}
