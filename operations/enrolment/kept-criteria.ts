import { z } from 'zod'
import type { CriterionSeen } from '#rules/campaigns/enrolment/decide-enrolment.ts'
import { DaySchema } from '#rules/fields.ts'

/**
 * What was seen, as it is kept: `[name, saw, needs, test, ok, metric, category, first day, last day,
 * identities]`, without what is null at the end of each.
 */
export function criteriaToKeep(criteria: readonly CriterionSeen[]): string {
  return JSON.stringify(
    criteria.map(({ name, saw, needs, test, ok, metric, category, window, identities }) => {
      const { first = null, last = null } = window === undefined ? {} : textsOf(window)
      const rest = [category ?? null, first, last, identities ?? null]
      return [name, saw, needs, test, ok, metric, ...rest.slice(0, rest.findLastIndex(isKept) + 1)]
    }),
  )
}

const KeptSchema = z
  .tuple([
    z.string(),
    z.union([z.string(), z.number()]).nullable(),
    z.union([z.string(), z.number()]),
    z.enum(['atLeast', 'atMost', 'below']),
    z.boolean(),
    z.string(),
  ])
  .rest(z.unknown())

const DayOrNullSchema = DaySchema.nullable().default(null)
const RestSchema = z.object({
  category: z.string().nullable().default(null),
  first: DayOrNullSchema,
  last: DayOrNullSchema,
  identities: z.array(z.string()).nullable().default(null),
})

/** The same, read back. */
export function criteriaKept(text: string): CriterionSeen[] {
  return z
    .array(KeptSchema)
    .parse(JSON.parse(text))
    .map(([name, saw, needs, test, ok, metric, ...rest]): CriterionSeen => {
      const [of, from, to, only] = rest
      const { category, first, last, identities } = RestSchema.parse({
        category: of,
        first: from,
        last: to,
        identities: only,
      })
      return {
        name,
        saw,
        needs,
        test,
        ok,
        metric,
        ...(category === null ? {} : { category }),
        ...(first === null || last === null ? {} : { window: { first, last } }),
        ...(identities === null ? {} : { identities }),
      }
    })
}

type Days = NonNullable<CriterionSeen['window']>

/** A window is the same object for all shops that are decided together. */
const known = new WeakMap<Days, { readonly first: string; readonly last: string }>()

function textsOf(window: Days): { readonly first: string; readonly last: string } {
  const before = known.get(window)
  if (before !== undefined) return before
  const texts = { first: window.first.toString(), last: window.last.toString() }
  known.set(window, texts)
  return texts
}

function isKept(each: unknown): boolean {
  return each !== null
}
