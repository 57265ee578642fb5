import type { Fen } from '#rules/money/fen.ts'

/** A step of the shopping allowance: `off` for every `threshold`; without category, of the whole shop. */
export type ChosenStep = {
  readonly category?: string | undefined
  readonly threshold: Fen
  readonly off: Fen
}

export type StepsChecked =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: 'enrolment/wrong-steps'
      /** What is wrong, and with which category. */
      readonly wrong: 'unknown-step' | 'excluded' | 'not-sold' | 'twice' | 'missing'
      readonly category: string | null
    }

/** What a shop may choose from, and what it sells. */
export type StepChoice = {
  readonly steps: readonly { readonly threshold: Fen; readonly off: Fen }[]
  readonly excludedCategories: readonly string[]
  readonly categories: readonly string[]
}

/**
 * The whole shop takes the allowance but for excluded categories (EL-12): one step for the shop, or one
 * for each category that it sells, each of those that the campaign offers.
 */
export function checkSteps(chosen: readonly ChosenStep[], choice: StepChoice): StepsChecked {
  const { steps, excludedCategories, categories } = choice
  const wrong = (what: Extract<StepsChecked, { ok: false }>['wrong'], category?: string) => {
    return {
      ok: false,
      refusal: 'enrolment/wrong-steps',
      wrong: what,
      category: category ?? null,
    } as const
  }
  const seen = new Set<string | undefined>()
  for (const { category, threshold, off } of chosen) {
    if (!steps.some((each) => each.threshold === threshold && each.off === off)) {
      return wrong('unknown-step', category)
    }
    if (seen.has(category)) return wrong('twice', category)
    seen.add(category)
    if (category === undefined) continue
    if (excludedCategories.includes(category)) return wrong('excluded', category)
    if (!categories.includes(category)) return wrong('not-sold', category)
  }
  const left = categories.find((each) => !seen.has(each) && !excludedCategories.includes(each))
  if (left !== undefined && !seen.has(undefined)) return wrong('missing', left)
  return { ok: true }
}
