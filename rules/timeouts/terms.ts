import { assert } from '#rules/assert.ts'
import { isInside } from '#rules/time/instants.ts'
import type { DeliveryMethod } from '#rules/timeouts/methods.ts'
import type { StepTime, TimeoutsPolicy } from '#rules/timeouts/policy.ts'
import type { RequestTerms } from '#rules/timeouts/requested.ts'

/** What decides which times apply: when the order was paid, and when that began which takes time. */
export type Occasion = {
  readonly paidAt: Temporal.Instant | null
  readonly beganAt: Temporal.Instant
}

/** A time that applies, and the name of the window that it is of; `null`: the ordinary one. */
export type Term = { readonly within: Temporal.Duration; readonly window: string | null }

/** TO-3: how long a step takes; the first window that fits and names it goes before the ordinary time. */
export function stepTerm(policy: TimeoutsPolicy, step: StepTime, occasion: Occasion): Term {
  for (const exception of fitting(policy, occasion)) {
    const within = exception[step]
    if (within !== undefined) return { within, window: exception.name }
  }
  return { within: policy[step], window: null }
}

/** TO-3: how long the buyer has to confirm the receipt of what comes by a method. */
export function receiveTerm(
  policy: TimeoutsPolicy,
  method: DeliveryMethod,
  occasion: Occasion,
): Term {
  for (const exception of fitting(policy, occasion)) {
    const within = exception.receive?.[method]
    if (within !== undefined) return { within, window: exception.name }
  }
  return { within: policy.receive[method], window: null }
}

/** TO-3: the times of a request, as they are when it is asked. */
export function termsOfRequest(policy: TimeoutsPolicy, occasion: Occasion): RequestTerms {
  const of = (step: StepTime): string => stepTerm(policy, step, occasion).within.toString()
  return {
    answer: of('answer'),
    escalate: of('escalate'),
    sendBack: of('sendBack'),
    confirm: of('confirm'),
    replace: of('replace'),
    receive: receiveTerm(policy, 'express', occasion).within.toString(),
    decide: of('decide'),
    remindBefore: policy.remindBefore.toString(),
  }
}

/** TO-4: how an order comes: as its shipment tells, else as its categories do if all agree, else by express. */
export function methodOf(
  policy: TimeoutsPolicy,
  told: DeliveryMethod | undefined,
  categories: readonly string[],
): DeliveryMethod {
  if (told !== undefined) return told
  const { byCategory } = policy.receive
  const methods = new Set(
    categories.map((category) =>
      Object.hasOwn(byCategory, category) ? byCategory[category] : undefined,
    ),
  )
  const [first] = methods
  return methods.size === 1 && first !== undefined ? first : 'express'
}

/** TO-2: so long after an instant, days as 24 hours each: the first instant at which it is too late. */
export function after(from: Temporal.Instant, within: Temporal.Duration): Temporal.Instant {
  const { years, months, weeks, days, hours, minutes, seconds } = within
  assert(years === 0 && months === 0, 'a time-out is not of months')
  return from.add({ hours: (weeks * 7 + days) * 24 + hours, minutes, seconds })
}

/** When who is to act is reminded of a lapse; `null`: there is no time between. */
export function remindAt(
  from: Temporal.Instant,
  dueAt: Temporal.Instant,
  before: Temporal.Duration,
): Temporal.Instant | null {
  const length = after(from, before).epochMilliseconds - from.epochMilliseconds
  const at = dueAt.subtract({ milliseconds: length })
  return at.epochMilliseconds > from.epochMilliseconds ? at : null
}

function fitting(
  policy: TimeoutsPolicy,
  { paidAt, beganAt }: Occasion,
): readonly TimeoutsPolicy['exceptions'][number][] {
  return policy.exceptions.filter(({ paid, began }) => {
    const isPaidThen = paid === undefined || (paidAt !== null && isInside(paidAt, paid))
    return isPaidThen && (began === undefined || isInside(beganAt, began))
  })
}
