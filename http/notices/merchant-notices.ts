import { z } from 'zod'
import { noticesPage, noticeVersions } from '#db/governance/notices.ts'
import { opinionOf, readingOf } from '#db/governance/opinions.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import { OrNullSchema, pageOf, pageQuery, shownOf } from '#http/governance/schemas.ts'
import {
  NoticeOfMerchantParamsSchema,
  NoticeSchema,
  noticeText,
  OpinionSchema,
  opinionText,
} from '#http/notices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { confirmReading, sayOpinion } from '#operations/notices/say-opinion.ts'
import { stances } from '#rules/notices/notice.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Rule notices']
const all = { access: ['merchant', 'operator', 'service'] as const }
const merchant = { access: ['merchant'] as const }

const listSchema = {
  operationId: 'listRuleNoticesForMerchant',
  summary: 'Published notices of rule changes, the newest first',
  tags,
  params: MerchantParamsSchema,
  querystring: z.strictObject(pageQuery),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ notices: z.array(NoticeSchema), nextCursor: z.string().optional() }),
      },
    },
    ['merchants/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readRuleNoticeForMerchant',
  summary: 'A notice, with the merchant’s opinion and reading of it',
  tags,
  params: NoticeOfMerchantParamsSchema,
  response: answers(
    {
      200: {
        description: 'The published version.',
        schema: z.object({
          notice: NoticeSchema,
          opinion: OpinionSchema.nullable(),
          readAt: OrNullSchema,
        }),
      },
    },
    ['merchants/unknown', 'notices/unknown'],
  ),
}

const sayOpinionSchema = {
  operationId: 'sayRuleNoticeOpinion',
  summary: 'Say what a merchant thinks of a change of rules',
  description: 'One for each merchant, changed as often as it likes until the opinions end.',
  tags,
  params: NoticeOfMerchantParamsSchema,
  body: z.strictObject({
    stance: z.enum(stances),
    text: z.string().trim().max(5_000).default(''),
  }),
  response: answers({ 200: { description: 'As it stands.', schema: OpinionSchema } }, [
    ...ofBody,
    'merchants/unknown',
    'notices/unknown',
    'notices/opinions-over',
  ]),
}

const readingSchema = {
  operationId: 'confirmRuleNoticeReading',
  summary: 'Confirm that a merchant has read a notice',
  description: 'Its shops are not reminded any more. Again it changes nothing.',
  tags,
  params: NoticeOfMerchantParamsSchema,
  response: answers(
    {
      200: {
        description: 'Confirmed.',
        schema: z.object({ noticeId: z.string(), version: z.int(), readAt: InstantTextSchema }),
      },
    },
    ['merchants/unknown', 'notices/unknown'],
  ),
}

/** What merchants do with notices of rule changes (RN-4, RN-8). */
export function merchantNoticesRoutes(http: Http, context: HttpContext): void {
  read(http, context)
  answer(http, context)
}

function read(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.get(
    '/merchants/:merchantId/rule-notices',
    { schema: listSchema, config: all },
    async (request, reply) => {
      const page = pageOf(request.query)
      if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const read = await noticesPage(db, { ...page, drafts: false })
      const { shown, next } = shownOf(read, page.limit, ({ draftedAt: at, noticeId: id }) => ({
        at,
        id,
      }))
      return reply.send({ notices: shown.map((each) => noticeText(each, zone)), ...next })
    },
  )

  http.get(
    '/merchants/:merchantId/rule-notices/:noticeId',
    { schema: readSchema, config: all },
    async (request, reply) => {
      const { merchantId, noticeId } = request.params
      const versions = await noticeVersions(db, noticeId)
      const notice = versions.findLast(({ status }) => status !== 'draft')
      if (notice === undefined) return sendProblem(reply, { refusal: 'notices/unknown' })
      const opinion = await opinionOf(db, noticeId, notice.version, merchantId)
      const readAt = await readingOf(db, noticeId, notice.version, merchantId)
      return reply.send({
        notice: noticeText(notice, zone),
        opinion: opinion === undefined ? null : opinionText(opinion, zone),
        readAt: readAt === undefined ? null : instantToText(readAt, zone),
      })
    },
  )
}

function answer(http: Http, context: HttpContext): void {
  const { market } = context
  const { zone } = market

  http.put(
    '/merchants/:merchantId/rule-notices/:noticeId/opinion',
    { schema: sayOpinionSchema, config: merchant },
    async (request, reply) => {
      const said = { ...request.params, ...request.body, at: request.receivedAt }
      const kept = await sayOpinion(context, said)
      if (!kept.ok) return sendProblem(reply, kept)
      return reply.send(opinionText(kept.opinion, zone))
    },
  )

  http.post(
    '/merchants/:merchantId/rule-notices/:noticeId/reading',
    { schema: readingSchema, config: merchant },
    async (request, reply) => {
      const read = await confirmReading(context, { ...request.params, at: request.receivedAt })
      if (!read.ok) return sendProblem(reply, read)
      const { noticeId } = request.params
      return reply.send({
        noticeId,
        version: read.version,
        readAt: instantToText(read.readAt, zone),
      })
    },
  )
}
