import { assert } from '#rules/assert.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { toMillisecond } from '#rules/time/instants.ts'

/** Something that is done in the demo at its time, under a name that does it once. */
export type Act = {
  /** Before the founding; dates are in the zone of the market. */
  readonly ago: Temporal.DurationLike
  readonly name: string
  readonly act: (context: EventContext, key: Keyed) => Promise<{ readonly ok: boolean }>
}

type Keyed = { readonly idempotencyKey: string }

/** By whom the demo is told. */
export const actor = 'service:demo'

/** Does it as of its time; what the market refuses of the demo is a bug of the demo. */
export async function perform(
  context: Omit<EventContext, 'now' | 'actor'>,
  { name, act }: Act,
  at: Temporal.ZonedDateTime,
): Promise<void> {
  const now = toMillisecond(at.toInstant())
  const done = await act({ ...context, now, actor }, { idempotencyKey: `demo/${name}` })
  assert(done.ok, `the demo's step ${name} is done: ${JSON.stringify(done)}`)
}
