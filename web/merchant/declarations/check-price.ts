import type { Ceiling } from '#web/merchant/declarations/resources.ts'

/** What would be said of a price; `byFen`: how far it is from the limit. */
export type Verdict =
  | { readonly what: 'allowed'; readonly byFen: number | undefined }
  | { readonly what: 'tooHigh' | 'tooLow'; readonly limitFen: number; readonly byFen: number }

/** Looks at a price as it is typed (PV-8): at a limit is allowed. The server decides. */
export function verdictOn(priceFen: number, ceiling: Ceiling | null): Verdict {
  const { ceilingFen, floorFen } = ceiling ?? {}
  if (ceilingFen !== undefined && priceFen > ceilingFen) {
    return { what: 'tooHigh', limitFen: ceilingFen, byFen: priceFen - ceilingFen }
  }
  if (floorFen !== undefined && priceFen < floorFen) {
    return { what: 'tooLow', limitFen: floorFen, byFen: floorFen - priceFen }
  }
  return {
    what: 'allowed',
    byFen: ceilingFen === undefined ? undefined : ceilingFen - priceFen,
  }
}
