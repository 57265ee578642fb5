import { z } from 'zod'
import { recruitsPage } from '#db/governance/recruiting.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import {
  DocumentsBodySchema,
  explained,
  pageOf,
  pageQuery,
  shownOf,
} from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { recruitRecordText } from '#http/recruiting/record-text.ts'
import {
  OfMerchantParamsSchema,
  RecruitRecordSchema,
  RecruitSchema,
  recruitText,
} from '#http/recruiting/schemas.ts'
import { answers, ofBody } from '#http/route.ts'
import {
  acceptInvitation,
  addRecruitingDocuments,
  signContract,
  submitRecruiting,
  withdrawRecruiting,
} from '#operations/recruiting/answer-invitation.ts'
import { readRecruit } from '#operations/recruiting/read-recruit.ts'
import { nameOf } from '#rules/fields.ts'

const tags = ['Recruiting']
const merchant = { access: ['merchant'] as const }
const all = { access: ['merchant', 'operator', 'service'] as const }
const ofOne = ['merchants/unknown', 'recruiting/unknown', 'recruiting/wrong-status'] as const

const acceptSchema = {
  operationId: 'acceptRecruiting',
  summary: 'Accept an invitation to open a shop',
  description: 'By its token, once. Again by the same merchant it changes nothing.',
  tags,
  params: MerchantParamsSchema,
  body: z.strictObject({
    token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, { error: 'A token has 43 characters.' }),
    name: nameOf(200),
    legalEntity: nameOf(200),
  }),
  response: answers({ 200: { description: 'Accepted.', schema: RecruitSchema } }, [
    ...ofBody,
    'merchants/unknown',
    'recruiting/token-not-valid',
  ]),
}

const listSchema = {
  operationId: 'listRecruitingOfMerchant',
  summary: 'Invitations that a merchant accepted, the newest first',
  tags,
  params: MerchantParamsSchema,
  querystring: z.strictObject(pageQuery),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          invitations: z.array(RecruitSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['merchants/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readRecruitingOfMerchant',
  summary: 'An invitation with what is missing, was decided, and is to be signed',
  tags,
  params: OfMerchantParamsSchema,
  response: answers({ 200: { description: 'All of it.', schema: RecruitRecordSchema } }, [
    'merchants/unknown',
    'recruiting/unknown',
  ]),
}

const documentsSchema = {
  operationId: 'addRecruitingDocuments',
  summary: 'Add documents',
  tags,
  params: OfMerchantParamsSchema,
  body: DocumentsBodySchema,
  response: answers({ 200: { description: 'Added.', schema: RecruitSchema } }, [
    ...ofBody,
    ...ofOne,
  ]),
}

const submitSchema = {
  operationId: 'submitRecruiting',
  summary: 'Hand in what was asked for',
  tags,
  params: OfMerchantParamsSchema,
  response: answers({ 200: { description: 'In review.', schema: RecruitSchema } }, [
    ...ofOne,
    'recruiting/documents-missing',
    'recruiting/too-soon',
    'recruiting/too-often',
  ]),
}

const withdrawSchema = {
  operationId: 'withdrawRecruiting',
  summary: 'Not open the shop after all',
  tags,
  params: OfMerchantParamsSchema,
  response: answers({ 200: { description: 'Withdrawn.', schema: RecruitSchema } }, [...ofOne]),
}

const signSchema = {
  operationId: 'signRecruitingContract',
  summary: 'Sign the contract in its version in force',
  tags,
  params: OfMerchantParamsSchema,
  body: z.strictObject({ version: nameOf(40).meta({ examples: ['2017-1'] }) }),
  response: answers({ 200: { description: 'Signed.', schema: RecruitSchema } }, [
    ...ofBody,
    ...ofOne,
    'recruiting/other-contract',
  ]),
}

/** What an invited merchant does (RC-2, RC-5). */
export function recruitedMerchantsRoutes(http: Http, context: HttpContext): void {
  acceptAndRead(http, context)
  handIn(http, context)
}

function acceptAndRead(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.post(
    '/merchants/:merchantId/recruiting/acceptances',
    { schema: acceptSchema, config: merchant },
    async (request, reply) => {
      const { merchantId } = request.params
      const asked = { ...request.body, merchantId, at: request.receivedAt }
      const accepted = await acceptInvitation(context, asked)
      if (!accepted.ok) return sendProblem(reply, explained(accepted, zone))
      return reply.send(recruitText(accepted.recruit, zone))
    },
  )

  http.get(
    '/merchants/:merchantId/recruiting',
    { schema: listSchema, config: all },
    async (request, reply) => {
      const page = pageOf(request.query)
      if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const read = await recruitsPage(db, { ...page, merchantId: request.params.merchantId })
      const { shown, next } = shownOf(read, page.limit, ({ invitedAt: at, invitationId: id }) => ({
        at,
        id,
      }))
      return reply.send({ invitations: shown.map((each) => recruitText(each, zone)), ...next })
    },
  )

  http.get(
    '/merchants/:merchantId/recruiting/:invitationId',
    { schema: readSchema, config: all },
    async (request, reply) => {
      const { merchantId, invitationId } = request.params
      const record = await readRecruit(context, invitationId, request.receivedAt)
      if (record?.recruit.merchantId !== merchantId) {
        return sendProblem(reply, { refusal: 'recruiting/unknown' })
      }
      return reply.send(recruitRecordText(record, zone, callerOf(request).role !== 'merchant'))
    },
  )
}

function handIn(http: Http, context: HttpContext): void {
  const { market } = context
  const { zone } = market

  http.post(
    '/merchants/:merchantId/recruiting/:invitationId/documents',
    { schema: documentsSchema, config: merchant },
    async (request, reply) => {
      const { documents } = request.body
      const caller = callerId(callerOf(request))
      const given = { ...request.params, documents, caller, at: request.receivedAt }
      const added = await addRecruitingDocuments(context, given)
      if (!added.ok) return sendProblem(reply, explained(added, zone))
      return reply.send(recruitText(added.recruit, zone))
    },
  )

  http.post(
    '/merchants/:merchantId/recruiting/:invitationId/submission',
    { schema: submitSchema, config: merchant },
    async (request, reply) => {
      const submitted = await submitRecruiting(context, {
        ...request.params,
        at: request.receivedAt,
      })
      if (!submitted.ok) return sendProblem(reply, explained(submitted, zone))
      return reply.send(recruitText(submitted.recruit, zone))
    },
  )

  http.post(
    '/merchants/:merchantId/recruiting/:invitationId/withdrawal',
    { schema: withdrawSchema, config: merchant },
    async (request, reply) => {
      const taken = await withdrawRecruiting(context, { ...request.params, at: request.receivedAt })
      if (!taken.ok) return sendProblem(reply, explained(taken, zone))
      return reply.send(recruitText(taken.recruit, zone))
    },
  )

  http.post(
    '/merchants/:merchantId/recruiting/:invitationId/signature',
    { schema: signSchema, config: merchant },
    async (request, reply) => {
      const { version } = request.body
      const caller = callerId(callerOf(request))
      const asked = { ...request.params, version, caller, at: request.receivedAt }
      const signed = await signContract(context, asked)
      if (!signed.ok) return sendProblem(reply, explained(signed, zone))
      return reply.send(recruitText(signed.recruit, zone))
    },
  )
}
