import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { InstantTextSchema, WalletParamsSchema } from '#http/wallets/schemas.ts'
import { viewWallets } from '#operations/ledger/view-wallets.ts'
import { policyOfEnvelope } from '#rules/issuing/red-envelope.ts'
import type { Lot } from '#rules/ledger/wallet.ts'
import { instantToText } from '#rules/time/instants.ts'

const LotSchema = z
  .object({
    lotId: z.int(),
    ref: z.string().meta({ description: 'Of the first posting into it; an envelope’s id.' }),
    title: z
      .object({ zh: z.string(), en: z.string() })
      .nullable()
      .meta({ description: 'Of a red envelope: what those of its budget are called.' }),
    funder: z.string(),
    target: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What alone it can be used for; null: for everything.' }),
    available: z.int(),
    pending: z.int(),
    held: z.int(),
    activeAt: InstantTextSchema,
    expiresAt: InstantTextSchema.nullable().meta({ description: 'null: it does not lapse.' }),
  })
  .meta({ id: 'Lot', description: 'Value with one origin and one expiry, in a wallet.' })

const schema = {
  operationId: 'listLots',
  summary: 'What a wallet holds, each with its own expiry',
  description: 'As of now; the soonest to lapse first. Of a wallet of red envelopes: each of them.',
  tags: ['Wallets'],
  params: WalletParamsSchema,
  response: answers(
    { 200: { description: 'What is there.', schema: z.object({ lots: z.array(LotSchema) }) } },
    ['members/unknown', 'wallets/unknown'],
  ),
}

export function readLotsRoute(http: Http, { db, market, policies }: HttpContext): void {
  http.get(
    '/members/:memberId/wallets/:program/:unit/lots',
    { schema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { receivedAt, params } = request
      const view = await viewWallets(db, params.memberId, receivedAt, params)
      if (view === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      const [wallet] = view.wallets
      if (wallet === undefined) return sendProblem(reply, { refusal: 'wallets/unknown' })

      const there = wallet.lots.filter((lot) => lot.available + lot.pending + lot.held > 0)
      const lots = there.toSorted(bySoonest).map((lot) => ({
        lotId: lot.lotId,
        ref: lot.ref,
        title: titleOf(lot),
        funder: lot.funder,
        target: targetOf(lot),
        available: lot.available,
        pending: lot.pending,
        held: lot.held,
        activeAt: instantToText(lot.activeAt, market.zone),
        expiresAt: lot.expiresAt === null ? null : instantToText(lot.expiresAt, market.zone),
      }))
      return reply.send({ lots })
    },
  )

  function titleOf({ ref }: Lot): z.input<typeof LotSchema>['title'] {
    const [name = '', version] = policyOfEnvelope(ref)?.split('@') ?? []
    const known = version === undefined ? undefined : policies.version(name, Number(version))
    return (known?.policy as { title?: { zh: string; en: string } } | undefined)?.title ?? null
  }
}

/** What is kept for something that is no target is told as a text. */
function targetOf({ target }: Lot): Record<string, unknown> | null {
  if (target === null) return null
  try {
    const read: unknown = JSON.parse(target)
    if (typeof read === 'object' && read !== null) return read as Record<string, unknown>
  } catch {
    // Whoever put it in wrote a word of his own.
  }
  return { for: target }
}

/** What never lapses comes last. */
function bySoonest(a: Lot, b: Lot): number {
  if (a.expiresAt === null || b.expiresAt === null) {
    return Number(a.expiresAt === null) - Number(b.expiresAt === null)
  }
  return Temporal.Instant.compare(a.expiresAt, b.expiresAt)
}
