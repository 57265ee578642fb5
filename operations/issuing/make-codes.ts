import { hash, randomBytes } from 'node:crypto'
import { insertCodes } from '#db/issuing/codes.ts'
import { shardOf } from '#db/issuing/shards.ts'
import { undoRefused } from '#operations/_refused.ts'
import { takeQuota, transactWithQuotas, type QuotaContext } from '#operations/issuing/quotas.ts'
import { codeBytes, codeFrom, readCode } from '#rules/issuing/coupon-code.ts'

export type CodesMade =
  | { readonly ok: true; readonly codes: readonly string[] }
  | { readonly ok: false; readonly refusal: 'issuing/unknown-batch' | 'issuing/sold-out' }

/**
 * Makes codes that give a coupon of a batch each, and takes as many from its quantity (IS-11). They are
 * told this once: only their hashes are kept.
 */
export async function makeCodes(
  context: QuotaContext,
  request: {
    readonly slug: string
    readonly count: number
    readonly actor: string
    readonly at: Temporal.Instant
  },
): Promise<CodesMade> {
  const { slug, count, actor, at } = request
  const resource = `coupon-batch:${slug}`
  if (context.policies.at(resource, at) === undefined) {
    return { ok: false, refusal: 'issuing/unknown-batch' }
  }

  const codes = Array.from({ length: count }, () => codeFrom(randomBytes(codeBytes)))
  const hashes = codes.map((code) => hashOfCode(code) ?? Buffer.alloc(0))
  const shard = shardOf('')
  return await undoRefused<CodesMade>(
    (operation) => transactWithQuotas(context, at, operation),
    async (tx) => {
      await insertCodes(tx, shard, { batch: slug, hashes, madeBy: actor, at })
      const taken = await takeQuota(tx, resource, shard, count)
      if (!taken.ok) return { ok: false, refusal: taken.refusal }
      return { ok: true, codes }
    },
  )
}

/** The hash that a code is kept as; `undefined` when what was typed can be no code. */
export function hashOfCode(typed: string): Buffer | undefined {
  const code = readCode(typed)
  return code === undefined ? undefined : hash('sha256', code, 'buffer')
}
