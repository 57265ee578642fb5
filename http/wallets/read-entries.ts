import { z } from 'zod'
import { changesBySeq } from '#db/ledger/changes.ts'
import { entriesPage, entryBySeq, lotsById } from '#db/ledger/entries.ts'
import { walletByKey } from '#db/ledger/wallets.ts'
import { memberById } from '#db/members.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { drawsOf, entryDetailText, entryText } from '#http/wallets/entry-text.ts'
import { EntryDetailSchema, EntrySchema, WalletParamsSchema } from '#http/wallets/schemas.ts'
import type { Answer, WalletKey } from '#rules/ledger/wallet.ts'

const access = ['member', 'service', 'operator'] as const

const kinds = [
  'earn',
  'activate',
  'spend',
  'hold',
  'capture',
  'release',
  'timeOut',
  'expire',
  'giveBack',
  'clawBack',
  'forfeit',
  'unseal',
] as const

const usualLimit = 20

const entriesSchema = {
  operationId: 'listEntries',
  summary: 'The entries of a wallet, newest first',
  tags: ['Wallets'],
  params: WalletParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
    kind: z.enum(kinds).optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ entries: z.array(EntrySchema), nextCursor: z.string().optional() }),
      },
    },
    ['members/unknown', 'wallets/unknown', 'requests/bad-cursor'],
  ),
}

const entrySchema = {
  operationId: 'explainEntry',
  summary: 'One entry, explained',
  tags: ['Wallets'],
  params: WalletParamsSchema.extend({
    seq: z
      .string()
      .regex(/^[1-9][0-9]{0,14}$/, { error: 'The number of an entry is 1 or more.' })
      .transform(Number),
  }),
  response: answers({ 200: { description: 'The entry.', schema: EntryDetailSchema } }, [
    'members/unknown',
    'wallets/unknown',
    'entries/unknown',
  ]),
}

export function readEntriesRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context

  http.get(
    '/members/:memberId/wallets/:program/:unit/entries',
    { schema: entriesSchema, config: { access } },
    async (request, reply) => {
      const { params, query } = request
      const belowSeq = query.cursor === undefined ? undefined : placeOf(query.cursor)
      const isBadCursor = query.cursor !== undefined && belowSeq === undefined
      if (isBadCursor) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const missing = await whatIsMissing(context, params)
      if (missing !== undefined) return sendProblem(reply, { refusal: missing })

      const limit = query.limit ?? usualLimit
      const page = { belowSeq, kind: query.kind, limit: limit + 1 }
      const found = await entriesPage(db, params, page)
      const rows = found.slice(0, limit)
      const seqs = rows.map((row) => row.seq)
      const changes = await changesBySeq(db, params, seqs)
      const entries = rows.map((row) => entryText(row, changes.get(row.seq) ?? 0, market.zone))
      const last = seqs.at(-1)
      const next = found.length > limit && last !== undefined ? { nextCursor: cursorOf(last) } : {}
      return reply.send({ entries, ...next })
    },
  )

  http.get(
    '/members/:memberId/wallets/:program/:unit/entries/:seq',
    { schema: entrySchema, config: { access } },
    async (request, reply) => {
      const { params } = request
      const missing = await whatIsMissing(context, params)
      if (missing !== undefined) return sendProblem(reply, { refusal: missing })
      const found = await entryBySeq(db, params, params.seq)
      if (found === undefined) return sendProblem(reply, { refusal: 'entries/unknown' })

      const { entry, transfers } = found
      const draws = drawsOf(JSON.parse(entry.answer) as Answer)
      const lots = await lotsById(
        db,
        params,
        draws.map((draw) => draw.lotId),
      )
      return reply.send(entryDetailText(entry, transfers, lots, market.zone))
    },
  )
}

async function whatIsMissing(
  { db }: HttpContext,
  key: WalletKey,
): Promise<ProblemCode | undefined> {
  const [member, wallet] = await Promise.all([memberById(db, key.memberId), walletByKey(db, key)])
  if (member === undefined) return 'members/unknown'
  return wallet === undefined ? 'wallets/unknown' : undefined
}
