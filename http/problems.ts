import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Problem } from '#http/problem.ts'
import { problemsOfBooks } from '#http/problems-of-books.ts'
import { problemsOfMembers } from '#http/problems-of-members.ts'
import { problemsOfShops } from '#http/problems-of-shops.ts'
import type { InputProblem } from '#rules/policies/problems.ts'
import type { Refusal } from '#rules/refusals.ts'

/** Every refusal of the rules and operations, as HTTP. A refusal without a line does not compile. */
const problemsOfRules = {
  ...problemsOfBooks,
  ...problemsOfMembers,
  ...problemsOfShops,
} as const satisfies Record<Refusal, Problem>

/** What this layer refuses by itself, before any operation is called. */
const problemsOfHttp = {
  'requests/invalid': { status: 400, title: 'The request does not fit its schema.' },
  'requests/not-json': { status: 400, title: 'The body is not JSON as it is read here.' },
  'requests/bad-url': { status: 400, title: 'The path is not well encoded.' },
  'requests/bad-cursor': { status: 400, title: 'The cursor is none that this list gave.' },
  'requests/malformed': { status: 400, title: 'The request is not HTTP as it is read here.' },
  'requests/unauthenticated': {
    status: 401,
    title: 'This needs a valid token, API key or session.',
  },
  'requests/forbidden': { status: 403, title: 'The role of the caller does not allow this.' },
  'requests/cross-site': { status: 403, title: 'A page of another site may not ask for this.' },
  'requests/not-found': { status: 404, title: 'There is nothing here.' },
  'requests/method-not-allowed': { status: 405, title: 'The method is not one of this path.' },
  'requests/too-slow': { status: 408, title: 'The request came too slowly.' },
  'requests/too-large': { status: 413, title: 'The body is too large.' },
  'requests/url-too-long': { status: 414, title: 'The URL is too long.' },
  'requests/media-type': { status: 415, title: 'The content type is not one read here.' },
  'requests/headers-too-large': { status: 431, title: 'The headers are too large.' },
  'requests/too-many': { status: 429, title: 'Too many requests: try again later.' },
  'entries/unknown': { status: 404, title: 'The wallet has no such entry.' },
  'wallets/unknown': { status: 404, title: 'The member has no such wallet.' },
  'interchange/no-signer': { status: 409, title: 'This server signs no statements.' },
  'demo/off': { status: 404, title: 'This server shows no demo.' },
  'demo/unknown-account': { status: 404, title: 'There is no such demo account.' },
  'server/fault': { status: 500, title: 'Something went wrong here. It has been noted.' },
  'server/overloaded': { status: 503, title: 'The server is busy: try again shortly.' },
  'server/unavailable': { status: 503, title: 'The server is not ready: try again shortly.' },
  'server/timeout': {
    status: 503,
    title: 'This took too long: try again with the same key.',
  },
} as const satisfies Record<string, Problem>

export const problems = { ...problemsOfRules, ...problemsOfHttp }

/** Why something was not done, for a caller of the API. */
export type ProblemCode = keyof typeof problems

/** RFC 9457, as every error of this API is answered. */
export const ProblemSchema = z
  .object({
    type: z.string().meta({ description: 'Where the problem is explained.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().meta({
      description: 'The entry that keeps the refusal, else the number of this request.',
    }),
    code: z.string().meta({ description: 'The refusal, as area/reason.' }),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional(),
    seq: z.int().optional().meta({ description: 'The entry that keeps the refusal.' }),
    short: z.int().optional().meta({ description: 'How much too little there was.' }),
    left: z.int().optional().meta({ description: 'How much could still be taken or undone.' }),
    after: z
      .object({ available: z.int(), pending: z.int(), held: z.int(), debt: z.int() })
      .optional(),
    line: z.string().optional().meta({ description: 'Of a return: the line it is about.' }),
    shop: z.string().optional().meta({ description: 'The shop whose charge it is about.' }),
    quantity: z.int().optional().meta({ description: 'How many units were asked for.' }),
    leftQuantity: z.int().optional().meta({ description: 'How many did not come back yet.' }),
    amountFen: z.int().optional().meta({ description: 'How much money was asked for.' }),
    leftFen: z.int().optional().meta({ description: 'How much is left to refund.' }),
    unlockedBy: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'What the member would have to be for it.' }),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457).' })

/** One thing that is wrong with a request: `body.amount`. */
export type WrongInput = InputProblem & { readonly code?: string }

/** A refusal with what explains it. */
export type Refused = {
  readonly refusal: ProblemCode
  readonly detail?: string | undefined
  readonly instance?: string
  /** What in the request is wrong, and where. */
  readonly problems?: readonly WrongInput[] | undefined
  readonly seq?: number
  readonly short?: number
  readonly left?: number
  readonly after?: object
  /** What the member would have to be: `{ "paidMember": true }`. */
  readonly unlockedBy?: object
  /** Whatever else explains it, by the names that the description of the route gives. */
  readonly more?: Readonly<Record<string, unknown>>
}

const problemType = 'application/problem+json; charset=utf-8'

/** Answers with a refusal. What it carries besides its code is told with it. */
export function sendProblem(reply: FastifyReply, refused: Refused): FastifyReply {
  const { status } = problems[refused.refusal]
  if (status === 503 || status === 429) {
    if (!reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="jifen"')
  // A text passes by the schemas of the answers: a refusal is told even where none was foreseen.
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(problemType)
    .send(problemText(refused, reply.request.id))
}

/** The body of a problem. */
export function problemText(refused: Refused, requestId: string): string {
  const { refusal, instance, problems: wrong, detail, ...facts } = refused
  const { status, title } = problems[refusal]
  return JSON.stringify({
    type: `/docs/problems#${anchorOf(refusal)}`,
    title,
    status,
    detail: detail ?? sentenceOf(wrong),
    instance: instance ?? `urn:uuid:${requestId}`,
    code: refusal,
    errors: wrong?.map(({ path, code, message }) => ({ path, code: code ?? 'invalid', message })),
    ...factsOf(facts),
  })
}

/** The place of a problem on the page that explains them. */
export function anchorOf(code: string): string {
  return code.replace('/', '-')
}

function sentenceOf(wrong: readonly WrongInput[] | undefined): string | undefined {
  const [first] = wrong ?? []
  if (first === undefined) return undefined
  return first.path === '' ? first.message : `${first.path}: ${first.message}`
}

function factsOf({ seq, short, left, after, unlockedBy, more }: Partial<Refused>): object {
  return { seq, short, left, after, unlockedBy, ...more }
}
