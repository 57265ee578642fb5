import type { Reader, Writer } from '#db/connection.ts'
import type { OfferUse } from '#db/trades/offer-uses.ts'
import { readQuotas, returnQuota, takeQuota } from '#operations/issuing/quotas.ts'
import type { Gone, LimitedUse } from '#operations/trades/_price.ts'

/** What of a resource one use of an offer takes. */
type Demand = {
  readonly offer: string
  readonly resource: string
  readonly amount: number
  readonly why: NonNullable<Gone[string]>
}

/** The offers used that more is asked of than there is. Nothing is taken. */
export async function goneOf(
  db: Reader,
  memberId: string,
  uses: readonly LimitedUse[],
): Promise<Gone> {
  const demands = uses.flatMap(demandsOf)
  if (demands.length === 0) return {}
  const resources = demands.map((demand) => demand.resource)
  const quotas = await readQuotas(db, resources, memberId)
  return Object.fromEntries(
    demands.flatMap(({ offer, resource, amount, why }) => {
      const quota = quotas.get(resource)
      return quota === undefined || quota.used + amount <= quota.total ? [] : [[offer, why]]
    }),
  )
}

/**
 * Takes what a trade uses of the quotas of offers, one after the other in the order of their names;
 * the first that has too little is returned. Everything else of the transaction is written by then.
 */
export async function takeOfferQuotas(
  tx: Writer,
  memberId: string,
  uses: readonly LimitedUse[],
): Promise<Gone> {
  const demands = uses.flatMap(demandsOf)
  for (const { offer, resource, amount, why } of demands) {
    const taken = await takeQuota(tx, resource, memberId, amount)
    if (!taken.ok) return { [offer]: why }
  }
  return {}
}

/** What a use of a limited offer draws on for all members together. */
export function useOf({ offer, offFen, limit }: LimitedUse): OfferUse {
  const ofBudget = limit.budget !== undefined && offFen > 0
  return { offer, offFen, ofTotal: limit.total !== undefined, ofBudget }
}

/** Gives back what a trade took of the quotas of offers. */
export async function returnOfferQuotas(
  tx: Writer,
  memberId: string,
  uses: readonly OfferUse[],
): Promise<void> {
  for (const { offer, offFen, ofTotal, ofBudget } of uses) {
    if (ofBudget) await returnQuota(tx, budgetOf(offer), memberId, offFen)
    if (ofTotal) await returnQuota(tx, usesOf(offer), memberId, 1)
  }
}

function demandsOf(use: LimitedUse): Demand[] {
  const { offer, offFen, ofTotal, ofBudget } = useOf(use)
  const demands: Demand[] = []
  if (ofBudget) {
    const why = 'pricing/budget-spent'
    demands.push({ offer, resource: budgetOf(offer), amount: offFen, why })
  }
  if (ofTotal) {
    demands.push({ offer, resource: usesOf(offer), amount: 1, why: 'pricing/limit-reached' })
  }
  return demands
}

function usesOf(offer: string): string {
  return `${offer}/uses`
}

function budgetOf(offer: string): string {
  return `${offer}/budget`
}
