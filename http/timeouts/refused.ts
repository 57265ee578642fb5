import type { Refused } from '#http/problems.ts'
import { instantToText } from '#rules/time/instants.ts'

/** A refusal about a return request or a time-out, with the figures that explain it. */
export function refusedReturnRequest(refused: Pick<Refused, 'refusal'>, zone: string): Refused {
  const {
    refusal,
    line,
    quantity,
    leftQuantity,
    amountFen,
    leftFen,
    category,
    conditions,
    status,
    outcome,
    mostDays,
    until,
    opensAt,
  } = refused as Refused & Readonly<Record<string, unknown>>
  const text = (at: unknown) => (at instanceof Temporal.Instant ? instantToText(at, zone) : at)
  const ofUnits = { line, quantity, leftQuantity, amountFen, leftFen, category, conditions }
  const ofTime = {
    requestStatus: status,
    outcome,
    mostDays,
    until: text(until),
    opensAt: text(opensAt),
  }
  return { refusal, more: { ...ofUnits, ...ofTime } }
}
