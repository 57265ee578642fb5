import type { Effect, Off } from '#rules/pricing/basket.ts'
import { lower, shortOf, type Scope, type Short } from '#rules/pricing/effects/reduction.ts'
import { percentOf } from '#rules/pricing/effects/unit-effects.ts'
import { wholes } from '#rules/pricing/effects/units.ts'

/** An amount taken off lines together, and what `cap` and `maxOff` held back of it. */
export type JointOff = {
  readonly ok: true
  readonly off: number
  readonly cutFen: number
  readonly times: number | undefined
}

type Joint = Extract<
  Effect,
  { readonly type: 'amountOffTotal' | 'fixedTotal' | 'thresholdOff' | 'everyXMinusY' }
>

/** What an effect takes off lines together: `leftFen` is what they still cost (PR-7). */
export function jointOff(effect: Joint, scope: Scope, leftFen: number): JointOff | Short {
  switch (effect.type) {
    case 'amountOffTotal':
      return heldAt(scope.most, Math.min(effect.off, leftFen))
    case 'fixedTotal':
      return heldAt(scope.most, Math.max(0, leftFen - effect.price))
    case 'thresholdOff':
      return stepOff(effect, scope, leftFen)
    case 'everyXMinusY':
      return timesOff(effect, scope, leftFen)
  }
}

function stepOff(
  effect: Extract<Effect, { readonly type: 'thresholdOff' }>,
  { baseFen, most }: Scope,
  leftFen: number,
): JointOff | Short {
  const { steps, cap } = effect
  let at = steps.length - 1
  while (at >= 0 && steps[at]!.from > baseFen) at -= 1
  if (at < 0) return shortOf(baseFen, steps[0]!.from)
  return heldAt(lower(cap, most), Math.min(offOf(steps[at]!, baseFen), leftFen))
}

function timesOff(
  effect: Extract<Effect, { readonly type: 'everyXMinusY' }>,
  { baseFen, most }: Scope,
  leftFen: number,
): JointOff | Short {
  const { every, off, cap } = effect
  const times = wholes(baseFen, every)
  if (times === 0) return shortOf(baseFen, every)
  // A product past the safe range is above what is left anyway.
  return heldAt(lower(cap, most), Math.min(times * off, leftFen), times)
}

/** An amount, or a percentage of the base. */
export function offOf(by: Off, baseFen: number): number {
  return by.off ?? percentOf(baseFen, by.percent)
}

/** Held before it is shared: the lines carry parts of what is taken, not of what would be (PR-7). */
function heldAt(most: number | undefined, off: number, times?: number): JointOff {
  const held = most === undefined ? off : Math.min(off, most)
  return { ok: true, off: held, cutFen: off - held, times }
}
