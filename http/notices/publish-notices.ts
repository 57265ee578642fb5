import { z } from 'zod'
import { noticesPage, noticeVersions } from '#db/governance/notices.ts'
import { countOpinions, countReadings, opinionsPage } from '#db/governance/opinions.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { pageOf, pageQuery, shownOf } from '#http/governance/schemas.ts'
import {
  NoticeParamsSchema,
  NoticeRecordSchema,
  NoticeSchema,
  noticeText,
  OpinionSchema,
  opinionText,
} from '#http/notices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, LimitSchema, ofBody } from '#http/route.ts'
import { draftNotice, reviseNotice } from '#operations/notices/draft-notice.ts'
import { answerOpinions, publishNotice } from '#operations/notices/publish-notice.ts'
import { MemberIdSchema, nameOf } from '#rules/fields.ts'
import { noticeStatuses, stances } from '#rules/notices/notice.ts'

const tags = ['Rule notices']
const operator = { access: ['operator'] as const }
const staff = { access: ['operator', 'service'] as const }

const BodySchema = z.strictObject({
  title: z.strictObject({ zh: nameOf(200), en: nameOf(200) }),
  text: z.strictObject({ zh: nameOf(50_000), en: nameOf(50_000) }),
  implementedBy: z
    .strictObject({ name: nameOf(200), version: z.int().min(1).max(1_000_000_000) })
    .optional()
    .meta({ description: 'The draft of a policy that implements the change.' }),
})

const draftSchema = {
  operationId: 'draftRuleNotice',
  summary: 'Draft the announcement of a change of rules',
  tags,
  headers: IdempotencyHeadersSchema,
  body: BodySchema,
  response: answers({ 201: { description: 'The draft.', schema: NoticeSchema } }, [
    ...ofBody,
    'notices/no-policy',
    'requests/key-reused',
  ]),
}

const reviseSchema = {
  operationId: 'reviseRuleNotice',
  summary: 'Write a draft anew, or the next version of a published notice',
  description: 'A published text never changes: its next version starts everything anew.',
  tags,
  params: NoticeParamsSchema,
  body: BodySchema,
  response: answers({ 200: { description: 'The draft.', schema: NoticeSchema } }, [
    ...ofBody,
    'notices/no-policy',
    'notices/unknown',
  ]),
}

const publishSchema = {
  operationId: 'publishRuleNotice',
  summary: 'Publish a notice',
  description:
    'Shops are told, the periods begin. With `emergency`, the reason for a shorter one, somebody other than the author publishes.',
  tags,
  params: NoticeParamsSchema,
  body: z.strictObject({ emergency: nameOf(1_000).optional() }).optional(),
  response: answers({ 200: { description: 'Published.', schema: NoticeSchema } }, [
    ...ofBody,
    'notices/no-policy',
    'notices/unknown',
    'notices/wrong-status',
    'notices/second-person',
    'notices/unknown-draft',
  ]),
}

const answerSchema = {
  operationId: 'answerRuleNoticeOpinions',
  summary: 'Answer the opinions in a summary',
  description: 'Once they ended. The counts are added. Again the same changes nothing.',
  tags,
  params: NoticeParamsSchema,
  body: z.strictObject({ zh: nameOf(20_000), en: nameOf(20_000) }),
  response: answers({ 200: { description: 'Answered.', schema: NoticeSchema } }, [
    ...ofBody,
    'notices/unknown',
    'notices/wrong-status',
    'notices/opinions-run',
  ]),
}

const listSchema = {
  operationId: 'listRuleNotices',
  summary: 'Notices of rule changes, the newest first, drafts too',
  tags,
  querystring: z.strictObject({ ...pageQuery, status: z.enum(noticeStatuses).optional() }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ notices: z.array(NoticeSchema), nextCursor: z.string().optional() }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readRuleNotice',
  summary: 'A notice with its versions, counts of opinions and readings',
  tags,
  params: NoticeParamsSchema,
  response: answers({ 200: { description: 'All of it.', schema: NoticeRecordSchema } }, [
    'notices/unknown',
  ]),
}

const opinionsSchema = {
  operationId: 'listRuleNoticeOpinions',
  summary: 'Opinions on a notice as it was published last, by merchant',
  tags,
  params: NoticeParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: MemberIdSchema.optional().meta({ description: 'The `nextCursor` of the page before.' }),
    stance: z.enum(stances).optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ opinions: z.array(OpinionSchema), nextCursor: z.string().optional() }),
      },
    },
    ['notices/unknown'],
  ),
}

/** What the market does with notices of rule changes (RN-1 to RN-8). */
export function publishNoticesRoutes(http: Http, context: HttpContext): void {
  write(http, context)
  read(http, context)
}

function write(http: Http, context: HttpContext): void {
  const { market } = context
  const { zone } = market

  http.post('/rule-notices', { schema: draftSchema, config: operator }, async (request, reply) => {
    const author = callerOf(request).subject
    const key = request.headers['idempotency-key']
    const drafting = { said: saidIn(request.body), author, key, at: request.receivedAt }
    const drafted = await draftNotice(context, drafting)
    if (!drafted.ok) return sendProblem(reply, drafted)
    return reply.code(201).send(noticeText(drafted.notice, zone))
  })

  http.put(
    '/rule-notices/:noticeId',
    { schema: reviseSchema, config: operator },
    async (request, reply) => {
      const author = callerOf(request).subject
      const { noticeId } = request.params
      const drafting = { said: saidIn(request.body), author, noticeId, at: request.receivedAt }
      const revised = await reviseNotice(context, drafting)
      if (!revised.ok) return sendProblem(reply, revised)
      return reply.send(noticeText(revised.notice, zone))
    },
  )

  http.post(
    '/rule-notices/:noticeId/publication',
    { schema: publishSchema, config: operator },
    async (request, reply) => {
      const { noticeId } = request.params
      const publisher = callerOf(request).subject
      const emergency = request.body?.emergency
      const asked = { noticeId, publisher, emergency, at: request.receivedAt }
      const published = await publishNotice(context, asked)
      if (!published.ok) return sendProblem(reply, published)
      return reply.send(noticeText(published.notice, zone))
    },
  )

  http.post(
    '/rule-notices/:noticeId/summary',
    { schema: answerSchema, config: operator },
    async (request, reply) => {
      const { noticeId } = request.params
      const by = callerOf(request).subject
      const asked = { noticeId, summary: request.body, by, at: request.receivedAt }
      const answered = await answerOpinions(context, asked)
      if (!answered.ok) return sendProblem(reply, answered)
      return reply.send(noticeText(answered.notice, zone))
    },
  )
}

function read(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.get('/rule-notices', { schema: listSchema, config: staff }, async (request, reply) => {
    const page = pageOf(request.query)
    if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    const read = await noticesPage(db, { ...page, status: request.query.status, drafts: true })
    const { shown, next } = shownOf(read, page.limit, ({ draftedAt: at, noticeId: id }) => ({
      at,
      id,
    }))
    return reply.send({ notices: shown.map((each) => noticeText(each, zone)), ...next })
  })

  http.get(
    '/rule-notices/:noticeId',
    { schema: readSchema, config: staff },
    async (request, reply) => {
      const { noticeId } = request.params
      const versions = await noticeVersions(db, noticeId)
      const last = versions.at(-1)
      if (last === undefined) return sendProblem(reply, { refusal: 'notices/unknown' })
      const counted = versions.findLast(({ status }) => status !== 'draft') ?? last
      return reply.send({
        notice: noticeText(last, zone),
        author: last.author,
        publisher: last.publisher,
        versions: versions.map((each) => noticeText(each, zone)),
        opinions: await countOpinions(db, noticeId, counted.version),
        readings: await countReadings(db, noticeId, counted.version),
      })
    },
  )

  http.get(
    '/rule-notices/:noticeId/opinions',
    { schema: opinionsSchema, config: staff },
    async (request, reply) => {
      const { noticeId } = request.params
      const { limit = 20, cursor: behind = '', stance } = request.query
      const versions = await noticeVersions(db, noticeId)
      const last = versions.findLast(({ status }) => status !== 'draft') ?? versions.at(-1)
      if (last === undefined) return sendProblem(reply, { refusal: 'notices/unknown' })
      const page = { behind, stance, limit: limit + 1 }
      const read = await opinionsPage(db, { noticeId, version: last.version }, page)
      const shown = read.slice(0, limit)
      const place = read.length > limit ? shown.at(-1)?.merchantId : undefined
      const next = place === undefined ? {} : { nextCursor: place }
      return reply.send({ opinions: shown.map((each) => opinionText(each, zone)), ...next })
    },
  )
}

function saidIn({ title, text, implementedBy }: z.output<typeof BodySchema>) {
  return { title, text, implementedBy }
}
