import type { Basket, BasketLine, Coupon, Offer, RedEnvelope } from '#rules/pricing/basket.ts'
import type { Conditions, Target, TargetKeys, Window } from '#rules/pricing/basket.ts'
import { lackOf } from '#rules/members/who.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import { isMeant } from '#rules/pricing/target.ts'
import { everMs } from '#rules/pricing/window.ts'
import { criticalOfAllowance, criticalOfCoupon, criticalOfEnvelope } from '#rules/depth/critical.ts'
import { criticalOfOffer, criticalOfPoints, type Critical } from '#rules/depth/critical.ts'

/** What a kind of goods is, without its price. */
export type Goods = Pick<BasketLine, 'sku' | 'shop' | 'category' | 'tags'>

/** Whose instruments are tried, and on what. Absent keys are tried in every way that counts (DC-4). */
export type DepthSubject = {
  readonly offers: readonly Offer[]
  readonly member: Basket['member']
  readonly allowanceStep?: Basket['allowanceStep']
  readonly atMs?: number | undefined
  readonly channel?: string | undefined
  readonly item?: Goods | undefined
}

/** What of a member instruments ask for. */
export type Buyer = Pick<Basket['member'], 'tier' | 'score' | 'paidMember' | 'benefits'>

/** One kind of goods, and other goods beside it, bought by someone somewhere at some time. */
export type Situation = {
  readonly goods: Goods
  /** Other goods of the same shop, and of another. */
  readonly sameShop: Goods
  readonly otherShop: Goods
  readonly atMs: number
  readonly buyer: Buyer
  readonly channel: string | undefined
  /** The instruments that can work here, by id. */
  readonly critical: ReadonlyMap<string, Critical>
}

type Instrument = Partial<Conditions> & {
  readonly id: string
  readonly critical: Critical
}

const mostValues = 40
const mostTried = 4_000

/** A name that no target has. */
const other = '-'

/**
 * The situations that differ in which instruments can work (DC-4); `isWhole`: all of them, not only
 * the first thousands.
 */
export function situationsOf(
  subject: DepthSubject,
  policy: PricingPolicy,
): { readonly situations: readonly Situation[]; readonly isWhole: boolean } {
  const instruments = instrumentsOf(subject, policy)
  const kinds = subject.item === undefined ? kindsOf(instruments) : [subject.item]
  const instants = subject.atMs === undefined ? openingsOf(instruments) : [subject.atMs]
  const buyers = buyersOf(instruments, subject.member)
  const channels =
    subject.channel === undefined
      ? distinct([undefined, ...instruments.map((each) => each.channel)])
      : [subject.channel]

  const found = new Map<string, Situation>()
  let tried = 0
  for (const goods of kinds) {
    for (const atMs of instants) {
      for (const buyer of buyers) {
        for (const channel of channels) {
          tried += 1
          if (tried > mostTried) return { situations: [...found.values()], isWhole: false }
          const [signature, situation] = situationOf(instruments, { goods, atMs, buyer, channel })
          if (!found.has(signature)) found.set(signature, situation)
        }
      }
    }
  }
  return { situations: [...found.values()], isWhole: kinds.length < mostTried }
}

function situationOf(
  instruments: readonly Instrument[],
  { goods, ...where }: Pick<Situation, 'goods' | 'atMs' | 'buyer' | 'channel'>,
): readonly [signature: string, Situation] {
  const sameShop = { ...goods, sku: other, tags: [] }
  const otherShop = { ...sameShop, shop: other }
  const lines = [goods, sameShop, otherShop].map(lineOf)
  const critical = new Map<string, Critical>()
  const signature = instruments.map((instrument) => {
    if (!isOpen(instrument, where)) return 0
    const meant = lines.map((line) => isMeant(instrument.target, line))
    if (meant.includes(true)) critical.set(instrument.id, instrument.critical)
    return meant.reduce((bits, isOne) => 2 * bits + Number(isOne), 0)
  })
  return [signature.join(), { goods, sameShop, otherShop, ...where, critical }]
}

function lineOf(goods: Goods): BasketLine {
  return { ...goods, id: '1', quantity: 1, listPrice: 0 as BasketLine['listPrice'] }
}

function isOpen(
  { window, channel, ...who }: Instrument,
  where: Pick<Situation, 'atMs' | 'buyer' | 'channel'>,
): boolean {
  if (window !== undefined && !isInside(where.atMs, window)) return false
  if (channel !== undefined && channel !== where.channel) return false
  return lackOf(who, where.buyer) === undefined
}

function isInside(ms: number, { fromMs, toMs }: Window): boolean {
  return ms >= fromMs && ms < toMs
}

function instrumentsOf(subject: DepthSubject, policy: PricingPolicy): readonly Instrument[] {
  const { coupons, redEnvelopes, allowance, points } = subject.member
  const ofOffer = (offer: Offer): Instrument => ({ ...offer, critical: criticalOfOffer(offer) })
  const ofCoupon = (coupon: Coupon): Instrument => ({
    ...coupon,
    critical: criticalOfCoupon(coupon),
  })
  const ofEnvelope = (envelope: RedEnvelope): Instrument => {
    const { id, target } = envelope
    const critical = criticalOfEnvelope(envelope)
    return target === undefined ? { id, critical } : { id, target, critical }
  }
  return [
    ...subject.offers.map(ofOffer),
    ...coupons.map(ofCoupon),
    ...redEnvelopes.map(ofEnvelope),
    ...allowancesOf(subject, policy, allowance),
    ...(points > 0 ? [{ id: 'points', critical: criticalOfPoints(policy, points) }] : []),
  ]
}

/** The basket's own step is for all goods, one of the policy for those it names. */
function allowancesOf(
  { allowanceStep }: DepthSubject,
  { allowance: { automatic, steps } }: PricingPolicy,
  wallet: number,
): readonly Instrument[] {
  if (!automatic && wallet === 0) return []
  const most = automatic ? 0 : wallet
  const id = 'allowance'
  const own =
    allowanceStep === undefined ? [] : [{ id, critical: criticalOfAllowance(allowanceStep, most) }]
  const ofPolicy = steps.map((step) => {
    return { id, target: targetOfStep(step), critical: criticalOfAllowance(step, most) }
  })
  return [...own, ...ofPolicy]
}

function targetOfStep({ shops, categories }: PricingPolicy['allowance']['steps'][number]): Target {
  return {
    ...(shops === undefined ? {} : { shops }),
    ...(categories === undefined ? {} : { categories }),
  }
}

/** Every mix of shop, category, SKU and tags of which instruments know, and one of none. */
function kindsOf(instruments: readonly Instrument[]): readonly Goods[] {
  const targets = instruments.map((each) => each.target ?? {})
  const shops = valuesOf(targets, 'shops')
  const categories = valuesOf(targets, 'categories')
  const skus = valuesOf(targets, 'skus')
  const tags = valuesOf(targets, 'tags').filter((tag) => tag !== other)
  const tagged = [[], ...tags.map((tag) => [tag]), ...(tags.length > 1 ? [tags] : [])]
  const kinds: Goods[] = []
  for (const shop of shops) {
    for (const category of categories) {
      for (const sku of skus) {
        for (const each of tagged) {
          if (kinds.length === mostTried) return kinds
          kinds.push({ shop, category, sku, tags: each })
        }
      }
    }
  }
  return kinds
}

/** One of all values that the same targets name in the same way, and one that none names. */
function valuesOf(targets: readonly Target[], key: Exclude<keyof TargetKeys, 'lines'>): string[] {
  const namedBy = new Map<string, string>([[other, '']])
  targets.forEach((target, at) => {
    for (const value of target[key] ?? []) {
      namedBy.set(value, `${namedBy.get(value) ?? ''}+${at}`)
    }
    for (const value of target.exclude?.[key] ?? []) {
      namedBy.set(value, `${namedBy.get(value) ?? ''}-${at}`)
    }
  })
  const alike = new Map([...namedBy].map(([value, by]) => [by, value]))
  return [...alike.values()].slice(0, mostValues)
}

/**
 * Windows open one after the other: what is open together is so at one of the openings, or, where all of
 * it was so ever, before the first window ends.
 */
function openingsOf(instruments: readonly Instrument[]): readonly number[] {
  const windows = instruments.flatMap(({ window }) => (window === undefined ? [] : [window]))
  const firstEnd = windows.reduce((first, { toMs }) => Math.min(first, toMs), 1)
  const openings = windows.map(({ fromMs }) => (fromMs === -everMs ? firstEnd - 1 : fromMs))
  return openings.length === 0 ? [0] : distinct(openings).sort((a, b) => a - b)
}

/** Every buyer that instruments tell apart; what is said of the member stands (DC-4). */
function buyersOf(instruments: readonly Instrument[], member: Buyer): readonly Buyer[] {
  const { tier, score, paidMember } = member
  const tiers = distinct(instruments.flatMap((each) => each.tiers ?? []))
  const scores = distinct(instruments.flatMap((each) => each.scoreFrom ?? []))
  const isPaidAsked = instruments.some((each) => each.paidMember === true)
  const byTier = tier === undefined ? [{}, ...tiers.map((each) => ({ tier: each }))] : [{ tier }]
  const byScore =
    score === undefined ? [{}, ...scores.map((each) => ({ score: each }))] : [{ score }]
  const ifPaid = isPaidAsked ? [{}, { paidMember: true }] : [{}]
  const byPaid = paidMember === undefined ? ifPaid : [{ paidMember }]
  const named = distinct(instruments.flatMap((each) => each.benefit ?? []))
  const benefits = member.benefits ?? named
  const holds = benefits.length === 0 ? {} : { benefits }
  return byTier.flatMap((one) =>
    byScore.flatMap((two) =>
      byPaid.map((three): Buyer => ({ ...one, ...two, ...three, ...holds })),
    ),
  )
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)]
}
