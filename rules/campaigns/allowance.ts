import type { Campaign } from '#rules/campaigns/policy.ts'
import type { Fen } from '#rules/money/fen.ts'
import type { AllowanceStep, Basket } from '#rules/pricing/basket.ts'
import type { Quote, QuotedAllowance } from '#rules/pricing/quote.ts'

/** A campaign whose day it is, with what its shortlisted shops chose. */
export type RunningCampaign = {
  readonly campaign: string
  /** `campaign:double11-2017@1`. */
  readonly policy: string
  readonly allowance: NonNullable<Campaign['allowance']>
  /** By shop; one that is not shortlisted is absent. */
  readonly chosen: ReadonlyMap<string, readonly ShopStep[]>
}

/** A step that a shop chose, of the whole shop or of a category. */
export type ShopStep = {
  readonly category?: string | undefined
  readonly threshold: Fen
  readonly off: Fen
}

/** What a line carries of the allowance on the day, and why. */
export type LineAllowance = {
  readonly line: string
  readonly shop: string
  readonly campaign: string
  readonly policy: string
  /** `null`: it carries none. */
  readonly step: AllowanceStep | null
  readonly why: 'shortlisted' | 'excluded-category' | 'not-shortlisted'
}

/**
 * CP-10: the allowance that a line carries on the day of campaigns: the step that its shop chose for the
 * category, else for the whole shop, else the first of the campaign; none where the category is excluded
 * or the shop is shortlisted by no campaign. The first campaign that has the shop decides.
 */
export function allowanceOfLine(
  running: readonly RunningCampaign[],
  line: { readonly id: string; readonly shop: string; readonly category: string },
): LineAllowance | undefined {
  const found = running.find(({ chosen }) => chosen.has(line.shop)) ?? running[0]
  if (found === undefined) return undefined
  const { campaign, policy, allowance, chosen } = found
  const own = chosen.get(line.shop)
  const of = { line: line.id, shop: line.shop, campaign, policy }
  if (own === undefined) return { ...of, step: null, why: 'not-shortlisted' }
  if (allowance.excludedCategories.includes(line.category)) {
    return { ...of, step: null, why: 'excluded-category' }
  }
  const { threshold: every, off } =
    own.find(({ category }) => category === line.category) ??
    own.find(({ category }) => category === undefined) ??
    allowance.steps[0]!
  return { ...of, step: { every, off }, why: 'shortlisted' }
}

/** CP-10: a basket whose lines carry what a campaign says; lines it says nothing of are left as they are. */
export function withAllowances(basket: Basket, day: readonly LineAllowance[]): Basket {
  if (day.length === 0) return basket
  const steps = new Map(day.map(({ line, step }) => [line, step]))
  const lines = basket.lines.map((line) => {
    const allowanceStep = steps.get(line.id)
    return allowanceStep === undefined ? line : { ...line, allowanceStep }
  })
  return { ...basket, lines }
}

/** CP-11: a quote in which what the allowance takes off is in the name of the campaign, and why. */
export function inNameOf(quote: Quote, day: readonly LineAllowance[]): Quote {
  if (day.length === 0) return quote
  const named = new Map(day.map((each) => [each.line, each]))
  const policies = new Set([...quote.policies, ...day.map(({ policy }) => policy)])
  const lines = quote.lines.map((line) => {
    const of = named.get(line.id)
    if (of === undefined) return line
    const { campaign, policy } = of
    const shares = line.shares.map((share) => {
      return share.layer === 'allowance' ? { ...share, campaign, policy } : share
    })
    return { ...line, shares }
  })
  return { ...quote, lines, policies: [...policies], allowances: day.map(quoted) }
}

function quoted({ line, campaign, policy, step, why }: LineAllowance): QuotedAllowance {
  const told = step === null ? null : { everyFen: step.every, offFen: step.off }
  return { line, campaign, policy, step: told, why }
}
