import type pg from 'pg'
import { apiOperations } from '#test/accept/support/api-operations.ts'
import type { Client, Reply, Request } from '#test/accept/support/client.ts'
import { deploy } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { answerSchema, readDescription, unknownFields } from '#test/accept/support/openapi.ts'
import type { ApiDescription, ApiOperation, Schema } from '#test/accept/support/openapi.ts'
import { eventOf, mustPost } from '#test/accept/support/postings.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'

/** Nobody sets what only the program may set, and the program tells nothing it does not describe. */
export const fields: Trial = {
  name: 'fields',
  about: 'server-owned fields and __proto__ in every body are refused; no answer says too much',
  full: {},
  quick: {},
  controls: {
    // A spend takes fields it does not know.
    'loose-body': [
      {
        file: 'http/wallets/command-bodies.ts',
        find: 'export const SpendBodySchema = z.strictObject({',
        replace: 'export const SpendBodySchema = z.looseObject({',
      },
    ],
  },
  run,
}

const memberId = 'own-member'

/** What only the program decides, in the spellings in which somebody might try. */
const serverOwned = `
  seq lotId lot_id after answer available pending held debt mergedInto origin order shortfall
  memberId member_id program unit actor caller author approver role isAdmin
  at now bookedAt booked_at occurredAt createdAt receivedAt asOf
  hash prevHash headHash fingerprint policies version status outcome kind ok change
  constructor prototype toString hasOwnProperty
`
  .trim()
  .split(/\s+/)

type Stage = {
  readonly api: ApiDescription
  readonly client: Client
  readonly findings: Findings
}

async function run({ folder, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const client = deployment.client(1)
  const tokens = {
    service: await deployment.service('fields'),
    operator: await deployment.issuer.sign({
      role: 'operator',
      subject: 'fields',
      lifeSeconds: 3_600,
    }),
  }
  await prepare(client, tokens.service)
  const stage: Stage = { api: await readDescription(client), client, findings }
  const database = await deployment.database()
  const before = await digest(database)

  for (const operation of stage.api.operations) {
    const known = apiOperations[operation.operationId]
    if (known === undefined) {
      findings.fault(`the operation ${operation.operationId} is not tried`)
      continue
    }
    // Programs may ask more often than people.
    const token = known.roles.includes('service') ? tokens.service : tokens.operator
    if (operation.requestBody === undefined) continue
    for (const [what, request] of intrusions(stage, operation, known.request(memberId))) {
      const reply = await client.send(send(request, token))
      findings.count('bodies tried')
      if (reply.status !== 400) {
        findings.fault(`${operation.operationId} with ${what}: ${reply.status} ${reply.text}`)
      }
    }
  }
  const after = await digest(database)
  if (after !== before) findings.fault(`the database was changed: ${before} became ${after}`)
  await checkAnswers(stage, tokens)
  await deployment.close()
}

async function prepare(client: Client, token: string): Promise<void> {
  const joined = eventOf(memberId, 'member.joined', 'joined', '2017-11-01T00:00:00Z')
  await client.send({ path: '/v1/events', token, json: { ...joined, data: {} } })
  const base = { memberId, token }
  await mustPost(client, { ...base, verb: 'earns', key: '1', body: { amount: 1_000, ref: 'got' } })
  await mustPost(client, { ...base, verb: 'spends', key: '2', body: { amount: 100, ref: 'paid' } })
  await mustPost(client, { ...base, verb: 'holds', key: '3', body: { amount: 100, ref: 'cart' } })
}

/** A right body with one field too many, on top and inside. */
function* intrusions(
  { api }: Stage,
  operation: ApiOperation,
  request: Request,
): Generator<[string, Request]> {
  const content = operation.requestBody?.content ?? {}
  const schema = api.resolve(content['application/json']?.schema ?? {})
  const json = request.json as Readonly<Record<string, unknown>>
  const inner = Object.entries(json).find(([, value]) => typeof value === 'object')
  const isOpen = operation.operationId === 'tellEvents'
  for (const field of serverOwned) {
    // A CloudEvent may have attributes of its own; its data may not. A policy's body has its own names.
    if (!isOpen && !knows(schema, field)) {
      yield [field, { ...request, json: { ...json, [field]: 1 } }]
    }
    if (isOpen && inner !== undefined) {
      const [name, value] = inner
      yield [
        `${name}.${field}`,
        { ...request, json: { ...json, [name]: { ...(value as object), [field]: 1 } } },
      ]
    }
  }
  const text = JSON.stringify(json)
  const headers = { ...request.headers, 'content-type': 'application/json' }
  const raw = (body: string): Request => ({ ...withoutJson(request), headers, raw: body })
  const member = (name: string): string => (text === '{}' ? name : `${name},`)
  yield ['__proto__', raw(text.replace('{', `{${member('"__proto__":{"isAdmin":true}')}`))]
  yield [
    '__proto__ spelt otherwise',
    raw(text.replace('{', `{${member(String.raw`"__pr\u006fto__":1`)}`)),
  ]
  yield ['__proto__ inside', raw(text.replace(/\{(?!.*\{)/, `{${member('"__proto__":{"a":1}')}`))]
}

function withoutJson(request: Request): Request {
  const { json: _, ...rest } = request
  return rest
}

function knows(schema: Schema, field: string): boolean {
  return Object.hasOwn(schema.properties ?? {}, field)
}

/** No answer, good or bad, has a field that the description does not know. */
async function checkAnswers(
  { api, client, findings }: Stage,
  tokens: { readonly service: string; readonly operator: string },
): Promise<void> {
  for (const operation of api.operations) {
    const known = apiOperations[operation.operationId]
    if (known === undefined || operation.operationId === 'getMetrics') continue
    const token = known.roles.includes('service') ? tokens.service : tokens.operator
    for (const reply of [
      await client.send(send(known.request(memberId), token)),
      await client.send(send(known.request('unknown-member'), token)),
      await client.send({ ...known.request(memberId), token: 'forged' }),
    ]) {
      checkAnswer(api, operation, reply, findings)
    }
  }
}

function send(request: Request, token: string): Request {
  const { headers } = request
  // Each is a request of its own, not a repeat of one before.
  if (headers?.['idempotency-key'] === undefined) return { ...request, token }
  return { ...request, token, headers: { ...headers, 'idempotency-key': `fields-${(count += 1)}` } }
}

let count = 0

function checkAnswer(
  api: ApiDescription,
  operation: ApiOperation,
  reply: Reply,
  findings: Findings,
): void {
  findings.count('answers compared')
  const schema = answerSchema(operation, reply.status)
  if (schema === undefined) {
    findings.fault(`${operation.operationId} answers ${reply.status}, which is not described`)
    return
  }
  const unknown = unknownFields(api, schema, JSON.parse(reply.text))
  if (unknown.length > 0) {
    findings.fault(
      `${operation.operationId} ${reply.status} says ${unknown.join(', ')}: ${reply.text}`,
    )
  }
}

/** A digest of all that is kept, but for what the clock and the queue do by themselves. */
async function digest(database: pg.Client): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'jifen' and table_type = 'BASE TABLE' order by 1`,
  )
  const digests: string[] = []
  for (const { name } of tables.rows) {
    const found = await database.query<{ digest: string }>(
      `select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as digest
       from jifen."${name}" t`,
    )
    digests.push(`${name} ${found.rows[0]?.digest}`)
  }
  return digests.join(', ')
}
