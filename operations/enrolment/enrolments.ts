import { z } from 'zod'
import type { Reader } from '#db/connection.ts'
import { enrolmentsByShop } from '#db/enrolment/enrolments.ts'
import { chosenSteps, supplementsDone } from '#db/enrolment/supplements.ts'
import type { ChosenStep } from '#rules/campaigns/enrolment/allowance-steps.ts'
import { statusTold, type EnrolmentStatus } from '#rules/campaigns/enrolment/status.ts'
import { asFen } from '#rules/money/fen.ts'

/** How a shop stands in a campaign, as it may be told. */
export type ShopEnrolment = {
  readonly status: EnrolmentStatus
  readonly identity: string | undefined
  readonly mainCategory: string
}

/** How shops stand in a campaign, by shop; one that has not applied is left out (EL-9). */
export async function enrolmentsOf(
  db: Reader,
  campaign: string,
  shopIds: readonly string[],
): Promise<Map<string, ShopEnrolment>> {
  const found = await enrolmentsByShop(db, campaign, shopIds)
  return new Map(
    [...found].map(([shopId, enrolment]) => {
      const status = statusTold(enrolment)
      const identity = status === 'applied' ? undefined : (enrolment.identity ?? undefined)
      return [shopId, { status, identity, mainCategory: enrolment.mainCategory }]
    }),
  )
}

/** What shops have done of the supplements, and when, by shop and name. */
export async function supplementsDoneOf(
  db: Reader,
  campaign: string,
  shopIds: readonly string[],
): Promise<Map<string, ReadonlyMap<string, Temporal.Instant>>> {
  const done = await supplementsDone(db, campaign, shopIds)
  return new Map(
    [...done].map(([shopId, all]) => [
      shopId,
      new Map(all.map(({ name, doneAt }) => [name, doneAt])),
    ]),
  )
}

const StepsSchema = z.array(
  z.strictObject({ category: z.string().optional(), threshold: z.int(), off: z.int() }),
)

/** The steps of the allowance that shortlisted shops chose, by shop; an empty list: none (EL-12). */
export async function allowanceStepsOf(
  db: Reader,
  campaign: string,
  shopIds: readonly string[],
): Promise<Map<string, readonly ChosenStep[]>> {
  const found = await chosenSteps(db, campaign, shopIds)
  return new Map(
    [...found].map(([shopId, detail]) => [
      shopId,
      detail === null ? [] : StepsSchema.parse(JSON.parse(detail)).map(stepOf),
    ]),
  )
}

function stepOf({ category, threshold, off }: z.output<typeof StepsSchema>[number]): ChosenStep {
  const step = { threshold: asFen(threshold), off: asFen(off) }
  return category === undefined ? step : { category, ...step }
}
