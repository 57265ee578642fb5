import { assert } from '#rules/assert.ts'
import {
  basketFor,
  nextStates,
  seedsOf,
  stateKey,
  type Bounds,
  type State,
} from '#rules/depth/candidates.ts'
import { situationsOf, type DepthSubject, type Situation } from '#rules/depth/situations.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import { indexOffers, type OfferIndex } from '#rules/pricing/offer-index.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Quote, Share } from '#rules/pricing/quote.ts'

export type DepthQuestion = DepthSubject & {
  readonly bounds: Bounds
  /** How many baskets may be priced. */
  readonly budget: number
}

/** The first line of a basket, and how much of it is off. Amounts in fen; `ppm` rounded down. */
export type Found = {
  readonly basket: Basket
  readonly basketFen: number
  readonly goodsFen: number
  readonly offFen: number
  readonly ppm: number
  /** Without the fen that sharing over several lines may have rounded up: what is compared by. */
  readonly surePpm: number
  readonly shares: readonly Share[]
}

export type Depth = {
  readonly deepest: Found
  /** How deep it goes by the size of the basket, the smallest first (DC-5). */
  readonly ladder: readonly Found[]
  readonly priced: number
  /** Whether all that was to be tried was tried (DC-7). */
  readonly isWhole: boolean
}

const leastEach = 100

/** How many of the deepest baskets of a situation are climbed from once its search is over. */
const climbers = 8

/**
 * Searches the deepest combined reduction of one line (DC-1 to DC-7). Each step yields how many
 * baskets were priced, so that a caller can do other things meanwhile; the answer is returned.
 */
export function* searchDeepest(
  question: DepthQuestion,
  policy: PricingPolicy,
  policyName?: string,
): Generator<number, Depth> {
  const offers = indexOffers(question.offers)
  const { situations, isWhole } = situationsOf(question, policy)
  const each = Math.max(leastEach, Math.floor(question.budget / situations.length))
  const ladder = new Map<number, Found>()
  let priced = 0
  let isAll = isWhole
  for (const situation of situations) {
    const budget = Math.min(each, question.budget - priced)
    const trial = { question, situation, offers, policy, policyName, budget, tried: new Map() }
    for (const tried of search(trial)) yield priced + tried
    if (trial.tried.size >= budget) isAll = false
    priced += trial.tried.size
    for (const found of trial.tried.values()) addRung(ladder, found)
  }
  const rungs = rungsOf(ladder)
  const [deepest] = [...ladder.values()].sort(compareDepth)
  assert(deepest !== undefined, 'a search prices at least one basket')
  return { deepest, ladder: rungs, priced, isWhole: isAll }
}

/** The same, all at once. */
export function deepestDiscount(
  question: DepthQuestion,
  policy: PricingPolicy,
  policyName?: string,
): Depth {
  const steps = searchDeepest(question, policy, policyName)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The search of one situation, and what it has priced so far. */
type Trial = {
  readonly question: DepthQuestion
  readonly situation: Situation
  readonly offers: OfferIndex
  readonly policy: PricingPolicy
  readonly policyName: string | undefined
  readonly budget: number
  readonly tried: Map<string, Found>
}

/** First everything near what changes something, breadth first; then up from the deepest. */
function* search(trial: Trial): Generator<number, void> {
  const { situation, question, budget, tried } = trial
  const reserve = Math.floor(budget / 4)
  const best: Climber[] = []
  let queue: readonly State[] = seedsOf(situation, question.bounds)
  while (queue.length > 0 && tried.size < budget - reserve) {
    const next: State[] = []
    for (const state of queue) {
      if (tried.size >= budget - reserve) break
      const step = tryState(trial, state)
      if (step === undefined) continue
      keepBest(best, { state, ...step })
      next.push(...step.next)
      yield tried.size
    }
    queue = next
  }
  for (const climber of best) yield* climb(trial, climber)
}

type Climber = { readonly state: State; readonly found: Found; readonly next: readonly State[] }

function* climb(trial: Trial, from: Climber): Generator<number, void> {
  let here = from
  for (;;) {
    let better: Climber | undefined
    for (const state of here.next) {
      if (trial.tried.size >= trial.budget) return
      const step = tryState(trial, state)
      if (step === undefined) continue
      yield trial.tried.size
      if (compareDepth(step.found, (better ?? here).found) < 0) better = { state, ...step }
    }
    if (better === undefined) return
    here = better
  }
}

/** Prices a state that was not priced before. */
function tryState(
  { tried, question, situation, offers, policy, policyName }: Trial,
  state: State,
): { readonly found: Found; readonly next: readonly State[] } | undefined {
  const key = stateKey(state)
  if (tried.has(key)) return undefined
  const { bounds, member, allowanceStep } = question
  const basket = basketFor(state, situation, bounds, member, allowanceStep)
  const quote = priceBasket(basket, offers, policy, policyName)
  const found = foundIn(basket, quote)
  tried.set(key, found)
  return { found, next: nextStates(state, quote, situation, bounds) }
}

function foundIn(basket: Basket, quote: Quote): Found {
  const [line] = basket.lines
  const [quoted] = quote.lines
  assert(line !== undefined && quoted !== undefined, 'a basket that is tried has a line')
  const goodsFen = (line.promoPrice ?? line.listPrice) * line.quantity
  const offFen = quoted.shares.reduce((sum, share) => sum + share.offFen, 0)
  const { shares } = quoted
  const rounded = basket.lines.length === 1 || offFen === goodsFen ? 0 : shares.length
  const ppm = partOf(offFen, goodsFen)
  const surePpm = partOf(Math.max(0, offFen - rounded), goodsFen)
  return { basket, basketFen: quote.goodsFen, goodsFen, offFen, ppm, surePpm, shares }
}

function partOf(offFen: number, goodsFen: number): number {
  return goodsFen === 0 ? 0 : mulDiv(offFen, wholePpm, goodsFen, 'floor')
}

function keepBest(best: Climber[], climber: Climber): void {
  best.push(climber)
  best.sort((a, b) => compareDepth(a.found, b.found))
  best.length = Math.min(best.length, climbers)
}

/** The deeper first; of equals the smaller basket, then the one of fewer instruments. */
function compareDepth(a: Found, b: Found): number {
  return (
    b.surePpm - a.surePpm ||
    a.basketFen - b.basketFen ||
    namesOf(a.shares).length - namesOf(b.shares).length
  )
}

/** The instruments of shares, each once, in their order. */
export function namesOf(shares: readonly Share[]): readonly string[] {
  return [...new Set(shares.map((share) => share.instrument))]
}

function addRung(ladder: Map<number, Found>, found: Found): void {
  const there = ladder.get(found.basketFen)
  if (there === undefined || compareDepth(found, there) < 0) ladder.set(found.basketFen, found)
}

/** From the largest basket down, each that is deeper than all larger ones; the smallest first. */
function rungsOf(ladder: ReadonlyMap<number, Found>): readonly Found[] {
  const rungs: Found[] = []
  for (const found of [...ladder.values()].sort((a, b) => b.basketFen - a.basketFen)) {
    if (found.surePpm > (rungs.at(-1)?.surePpm ?? -1)) rungs.push(found)
  }
  return rungs.reverse()
}
