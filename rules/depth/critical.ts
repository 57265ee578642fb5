import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { AllowanceStep, Coupon, Effect, Offer, RedEnvelope } from '#rules/pricing/basket.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'

/** Where an instrument begins to do something else: amounts in fen that its base may have, and units. */
export type Critical = {
  readonly amounts: readonly number[]
  /** It does something else at every multiple of this amount. */
  readonly every?: number
  readonly units: readonly number[]
}

/** The critical amounts of an offer: thresholds, steps, caps, and the amount that it makes free. */
export function criticalOfOffer({ effect, ...conditions }: Offer): Critical {
  const ofEffect = criticalOfEffect(effect)
  const { threshold, minUnits, maxOff, memberCap } = conditions
  const percent = effect.type === 'percentOff' ? effect.percent : undefined
  return {
    ...ofEffect,
    amounts: rising([
      ...ofEffect.amounts,
      threshold,
      capped(maxOff, percent),
      capped(memberCap?.off, percent),
    ]),
    units: rising([...ofEffect.units, minUnits]),
  }
}

/** The same of a coupon. */
export function criticalOfCoupon(coupon: Coupon): Critical {
  const { threshold, minUnits, maxOff, off, percent } = coupon
  return {
    amounts: rising([threshold, ...freeAt(off), capped(maxOff, percent)]),
    units: rising([minUnits]),
  }
}

/** The same of a red envelope, which has no threshold. */
export function criticalOfEnvelope({ amount }: RedEnvelope): Critical {
  return { amounts: rising(freeAt(amount)), units: [] }
}

/** The same of "every X minus Y", whose wallet holds so much. */
export function criticalOfAllowance({ every, off }: AllowanceStep, wallet: number): Critical {
  const steps = off === 0 ? 0 : Math.ceil(wallet / off)
  return { amounts: rising([every, steps * every]), every, units: [] }
}

/** The same of points that pay. */
export function criticalOfPoints({ points: { pay } }: PricingPolicy, points: number): Critical {
  if (pay === null || points === 0) return { amounts: [], units: [] }
  const worth = mulDiv(points, 100, pay.perYuan, 'floor')
  const share = pay.mostPercent === undefined ? wholePpm : Math.round(pay.mostPercent * 10_000)
  return { amounts: rising([...freeAt(worth), capped(worth, share)]), units: [] }
}

function criticalOfEffect(effect: Effect): Critical {
  switch (effect.type) {
    case 'percentOff':
      return {
        amounts: rising([capped(effect.cap, effect.percent)]),
        units: rising([effect.maxUnits]),
      }
    case 'amountOffUnit':
    case 'amountOffLine':
      return { amounts: rising(freeAt(effect.off)), units: rising([effect.maxUnits]) }
    case 'amountOffTotal':
      return { amounts: rising(freeAt(effect.off)), units: [] }
    case 'fixedPrice':
    case 'fixedTotal':
      return { amounts: rising([effect.price]), units: [] }
    case 'thresholdOff': {
      const { steps, cap } = effect
      const caps = steps.map((step) => capped(cap, step.percent))
      return { amounts: rising([...steps.map((step) => step.from), ...caps]), units: [] }
    }
    case 'everyXMinusY': {
      const { every, off, cap } = effect
      const most = cap === undefined || off === 0 ? undefined : Math.ceil(cap / off) * every
      return { amounts: rising([every, most]), every, units: [] }
    }
    case 'nthUnit':
      return { amounts: [], units: rising([effect.n, effect.maxUnits]) }
    case 'perGroup':
      return { amounts: [], units: rising([effect.units]) }
    case 'buyXGetY':
      return { amounts: [], units: rising([effect.buy + effect.get, timesOf(effect)]) }
    case 'tieredByQuantity':
      return { amounts: [], units: rising(effect.steps.map((step) => step.from)) }
    case 'gift':
    case 'freeFreight':
    case 'freightOff':
      return { amounts: [], units: [] }
  }
}

function timesOf(effect: Extract<Effect, { type: 'buyXGetY' }>): number | undefined {
  return effect.times === undefined ? undefined : effect.times * (effect.buy + effect.get)
}

/** The amount of which the percentage is the cap: up to it the depth holds, past it it falls. */
function capped(cap: number | undefined, percent: number | undefined): number | undefined {
  if (cap === undefined || percent === undefined || percent === 0) return undefined
  return mulDiv(cap, wholePpm, percent, 'ceiling')
}

/** An amount off makes the same amount of goods free; where lines may not be free, one fen more. */
function freeAt(off: number | undefined): readonly number[] {
  return off === undefined ? [] : [off, off + 1]
}

function rising(amounts: readonly (number | undefined)[]): readonly number[] {
  const given = amounts.filter((amount) => amount !== undefined && amount > 0) as number[]
  return [...new Set(given)].sort((a, b) => a - b)
}
