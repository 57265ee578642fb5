import { Readable } from 'node:stream'
import { z } from 'zod'
import { fileById, fileRowsPage, filesPage, type FileRow } from '#db/declarations/files.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, cursorOfMoment, momentOf, placeOf } from '#http/cursor.ts'
import { DeclarationFileSchema, FileParamsSchema, fileText } from '#http/declarations/schemas.ts'
import { ShopCampaignParamsSchema } from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import {
  answers,
  CursorSchema,
  IdempotencyHeadersSchema,
  LimitSchema,
  ofBody,
} from '#http/route.ts'
import { receiveFile } from '#operations/declarations/declaration-files.ts'
import { reportCsv } from '#operations/declarations/report-csv.ts'

const usualLimit = 20
const config = { access: ['merchant', 'operator', 'service'] as const }

/** 100,000 rows are some five million bytes. */
const mostBytes = 32 * 1024 * 1024

const sendSchema = {
  operationId: 'sendDeclarationFile',
  summary: 'Declare goods by a file',
  description:
    'CSV with a head, `text/csv`, up to 200,000 rows and 32 MiB: `sku,price,quantity` and optionally `kind,category,deposit,worth,instantOff`, or their Chinese names. It is worked off afterwards, each row by itself: ask for its status, its rows or its report. The same under the same key is the file that was sent before; the same under another key changes nothing and says so.',
  tags: ['Declarations'],
  params: ShopCampaignParamsSchema,
  headers: IdempotencyHeadersSchema,
  consumes: ['text/csv'],
  body: z.unknown().meta({ type: 'string', description: 'The file as it is.' }),
  response: answers({ 202: { description: 'It is received.', schema: DeclarationFileSchema } }, [
    ...ofBody,
    'shops/unknown',
    'shops/closed',
    'campaigns/unknown',
    'requests/key-reused',
  ]),
}

const listSchema = {
  operationId: 'listDeclarationFiles',
  summary: 'The files that a shop sent for a campaign',
  tags: ['Declarations'],
  params: ShopCampaignParamsSchema,
  querystring: z.strictObject({ cursor: CursorSchema.optional(), limit: LimitSchema.optional() }),
  response: answers(
    {
      200: {
        description: 'The last first.',
        schema: z.object({
          files: z.array(DeclarationFileSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    [],
  ),
}

const readSchema = {
  operationId: 'getDeclarationFile',
  summary: 'How far a file of declarations has come',
  tags: ['Declarations'],
  params: FileParamsSchema,
  response: answers({ 200: { description: 'As it stands.', schema: DeclarationFileSchema } }, [
    'declarations/unknown-file',
  ]),
}

const RowSchema = z
  .object({
    line: z.int().meta({ description: 'Where the row begins, the head being 1.' }),
    outcome: z.enum(['declared', 'changed', 'unchanged', 'refused']),
    kind: z.string().nullable(),
    sku: z.string().nullable(),
    field: z.string().nullable(),
    reason: z
      .string()
      .nullable()
      .meta({ examples: ['declarations/price-above-ceiling'] }),
    facts: z.record(z.string(), z.unknown()).nullable().meta({
      description: 'What explains it: the ceiling, the causes, the value as it stands.',
    }),
  })
  .meta({ id: 'DeclarationRow', description: 'What became of a row of a file.' })

const onlyRefused = z.enum(['refused']).optional().meta({ description: 'Absent: of every row.' })

const rowsSchema = {
  operationId: 'listDeclarationRows',
  summary: 'What became of the rows of a file',
  tags: ['Declarations'],
  params: FileParamsSchema,
  querystring: z.strictObject({
    outcome: onlyRefused,
    cursor: CursorSchema.optional(),
    limit: LimitSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'In the order of the file, as far as it has come.',
        schema: z.object({ rows: z.array(RowSchema), nextCursor: z.string().optional() }),
      },
    },
    ['declarations/unknown-file'],
  ),
}

const csvSchema = {
  operationId: 'getDeclarationReport',
  summary: 'What became of the rows of a file, as CSV',
  description: 'Cells that a spreadsheet would take for a formula have a quote before them.',
  tags: ['Declarations'],
  params: FileParamsSchema,
  querystring: z.strictObject({ outcome: onlyRefused }),
  response: {
    ...answers({}, ['declarations/unknown-file']),
    200: {
      description: 'In the order of the file, as far as it has come.',
      content: { 'text/csv': { schema: z.string() } },
    },
  },
}

/** Files of declarations: sent, worked off by a job, reported row by row. */
export function declarationFilesRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  void http.register(async (csv: Http) => sendRoute(csv, context))

  const files = '/shops/:shopId/campaigns/:campaign/declaration-files'
  http.get(files, { schema: listSchema, config }, async (request, reply) => {
    const { cursor, limit = usualLimit } = request.query
    const behind = cursor === undefined ? undefined : momentOf(cursor)
    if (cursor !== undefined && behind === undefined) return sendProblem(reply, badCursor)
    const found = await filesPage(db, request.params, behind, limit + 1)
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    const nextCursor =
      found.length > limit && last !== undefined
        ? { nextCursor: cursorOfMoment({ at: last.receivedAt, id: last.fileId }) }
        : {}
    return reply.send({ files: shown.map((each) => fileText(each, market.zone)), ...nextCursor })
  })

  http.get(`${files}/:fileId`, { schema: readSchema, config }, async (request, reply) => {
    const file = await fileOf(context, request.params)
    if (file === undefined) return sendProblem(reply, { refusal: 'declarations/unknown-file' })
    return reply.send(fileText(file, market.zone))
  })

  http.get(`${files}/:fileId/rows`, { schema: rowsSchema, config }, async (request, reply) => {
    const { outcome, cursor, limit = usualLimit } = request.query
    const behind = cursor === undefined ? 0 : placeOf(cursor)
    if (behind === undefined) return sendProblem(reply, badCursor)
    const file = await fileOf(context, request.params)
    if (file === undefined) return sendProblem(reply, { refusal: 'declarations/unknown-file' })
    const asked = { behind, isRefused: outcome === 'refused' }
    const found = await fileRowsPage(db, file, asked, limit + 1)
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    const nextCursor =
      found.length > limit && last !== undefined ? { nextCursor: cursorOf(last.n) } : {}
    return reply.send({ rows: shown.map(rowText), ...nextCursor })
  })

  http.get(`${files}/:fileId/report`, { schema: csvSchema, config }, async (request, reply) => {
    const file = await fileOf(context, request.params)
    if (file === undefined) return sendProblem(reply, { refusal: 'declarations/unknown-file' })
    const isRefused = request.query.outcome === 'refused'
    return reply
      .header('content-disposition', `attachment; filename="declarations-${file.fileId}.csv"`)
      .type('text/csv; charset=utf-8')
      .send(Readable.from(reportCsv(db, file, isRefused)))
  })
}

function sendRoute(http: Http, context: HttpContext): void {
  http.removeAllContentTypeParsers()
  http.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: mostBytes },
    async (_request: unknown, bytes: Buffer) => bytes,
  )
  http.post(
    '/shops/:shopId/campaigns/:campaign/declaration-files',
    { schema: sendSchema, config, bodyLimit: mostBytes },
    async (request, reply) => {
      const content: unknown = request.body
      if (!Buffer.isBuffer(content) || content.length === 0) {
        const problems = [{ path: 'body', message: 'The file is missing.' }]
        return sendProblem(reply, { refusal: 'requests/invalid', problems })
      }
      const key = request.headers['idempotency-key']
      const sent = { content, caller: callerId(callerOf(request)), key, at: request.receivedAt }
      const received = await receiveFile(context, request.params, sent)
      if (!received.ok) return sendProblem(reply, received)
      return reply.code(202).send(fileText(received.file, context.market.zone))
    },
  )
}

const badCursor = {
  refusal: 'requests/invalid',
  problems: [{ path: 'query.cursor', message: 'There is no such place.' }],
} as const

/** A file of a shop for the campaign of the path; one for another is unknown here. */
async function fileOf(
  { db }: Pick<HttpContext, 'db'>,
  { shopId, campaign, fileId }: z.output<typeof FileParamsSchema>,
) {
  const file = await fileById(db, { shopId, fileId })
  return file?.campaign === campaign ? file : undefined
}

function rowText({ line, outcome, kind, sku, field, refusal, facts }: FileRow) {
  const explained = facts === null ? null : { ...facts }
  return { line, outcome, kind, sku, field, reason: refusal, facts: explained }
}
