import { causeJson } from '#operations/prices/check-declarations.ts'
import type { DeclarationRefused } from '#rules/campaigns/declarations/decide-declaration.ts'
import { instantToText } from '#rules/time/instants.ts'

/** What explains a refused declaration, as it is kept and told: figures, causes, the window. */
export function refusedFacts(refused: DeclarationRefused, zone: string): object {
  const { field, window, causes, terms, ceilingFen, floorFen, sold, most } = refused
  return {
    field,
    ...(ceilingFen === undefined ? {} : { ceilingFen }),
    ...(floorFen === undefined ? {} : { floorFen }),
    ...(sold === undefined ? {} : { sold }),
    ...(most === undefined ? {} : { most }),
    ...(causes === undefined ? {} : { causes: causes.map((cause) => causeJson(cause, zone)) }),
    ...(terms === undefined ? {} : { terms }),
    ...(window === undefined
      ? {}
      : { opens: instantToText(window.from, zone), closes: instantToText(window.to, zone) }),
  }
}
