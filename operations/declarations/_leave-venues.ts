import type { Writer } from '#db/connection.ts'
import { openDeclarations, type DeclarationKey } from '#db/declarations/declarations.ts'
import { releasePlacements } from '#operations/campaigns/release-placements.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { declarationKinds } from '#rules/campaigns/declarations/declaration.ts'

/** Gives up the places in venues of SKUs that are declared in neither kind any more. */
export async function leaveVenues(
  tx: Writer,
  policies: PolicyBook,
  gone: readonly DeclarationKey[],
  why: { readonly at: Temporal.Instant; readonly cause: object },
): Promise<void> {
  if (gone.length === 0) return
  const both = gone.flatMap((key) => declarationKinds.map((kind) => ({ ...key, kind })))
  const open = new Set((await openDeclarations(tx, distinct(both))).map(nameOf))
  const left = gone.filter((key) => !open.has(nameOf(key)))
  const releases = left.map(({ campaign, shopId, sku }) => ({ campaign, shopId, sku }))
  await releasePlacements(tx, { policies }, releases, why)
}

function distinct(keys: readonly DeclarationKey[]): DeclarationKey[] {
  return [...new Map(keys.map((key) => [`${nameOf(key)}\n${key.kind}`, key])).values()]
}

function nameOf({ campaign, shopId, sku }: DeclarationKey): string {
  return `${campaign}\n${shopId}\n${sku}`
}
