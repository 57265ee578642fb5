import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyError, FastifyReply } from 'fastify'
import { RequestValidationError } from 'fastify-zod-openapi'
import type { z } from 'zod'
import { isUnreachable } from '#db/unreachable.ts'
import type { Http } from '#http/context.ts'
import { IssuerUnreachable } from '#http/auth/tokens.ts'
import { NotJson } from '#http/json-body.ts'
import {
  problems,
  problemText,
  sendProblem,
  type ProblemCode,
  type Refused,
  type WrongInput,
} from '#http/problems.ts'
import { problemsOf } from '#rules/policies/problems.ts'

/** Thrown where a hook may only throw: says which problem it is. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly refused: Refused

  constructor(refusal: ProblemCode) {
    super(problems[refusal].title)
    this.refused = { refusal }
  }
}

/** Answers every error as a problem. What is our own fault is logged and told without its reasons. */
export function handleErrors(http: Http): void {
  http.setErrorHandler((error: FastifyError, request, reply): FastifyReply => {
    const refused = refusedBy(error)
    if (refused.refusal === 'server/fault') request.log.error({ err: error }, 'fault')
    if (refused.refusal === 'server/unavailable') request.log.warn({ err: error }, 'unavailable')
    return sendProblem(reply, refused)
  })

  const methodsOf = pathsOf(http)
  http.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url)
    if (allowed.length === 0) return sendProblem(reply, { refusal: 'requests/not-found' })
    reply.header('allow', allowed.join(', '))
    return sendProblem(reply, { refusal: 'requests/method-not-allowed' })
  })
}

const byCode: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'requests/too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'requests/media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'requests/malformed',
  FST_ERR_BAD_URL: 'requests/bad-url',
  FST_ERR_MAX_PARAM_LENGTH: 'requests/url-too-long',
  FST_ERR_HANDLER_TIMEOUT: 'server/timeout',
  FST_ERR_ASYNC_CONSTRAINT: 'requests/bad-url',
}

/** The problem that an error stands for. */
export function refusedBy(error: Error): Refused {
  if (error instanceof ProblemError) return error.refused
  if (error instanceof NotJson) return { refusal: 'requests/not-json', problems: [error.wrong] }
  if (isOfValidation(error)) return { refusal: 'requests/invalid', problems: wrongIn(error) }
  if (error instanceof IssuerUnreachable) return { refusal: 'server/unavailable' }
  if (isUnreachable(error)) return { refusal: 'server/unavailable' }

  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { refusal: byCode[code] ?? 'server/fault' }
}

const partNames: Readonly<Record<string, string>> = {
  params: 'path',
  querystring: 'query',
  headers: 'headers',
  body: 'body',
}

const mostTold = 20

function isOfValidation(error: Error): error is FastifyError {
  return 'validation' in error
}

/** What the schemas found: `body.amount`, with the code that zod gives it. */
function wrongIn(error: FastifyError): WrongInput[] {
  const [first] = error.validation ?? []
  if (!(first instanceof RequestValidationError)) return []
  const part = partNames[error.validationContext ?? 'body'] ?? 'body'
  return first.params.error.issues.slice(0, mostTold).flatMap((issue) => wrongBy(part, issue))
}

function wrongBy(part: string, issue: z.core.$ZodIssue): WrongInput[] {
  const found = problemsOf({ issues: [issue] } as unknown as z.ZodError)
  return found.map(({ path, message }) => ({
    path: path === '' || path.startsWith('[') ? `${part}${path}` : `${part}.${path}`,
    code: issue.code,
    message,
  }))
}

/** Learns every route as it is added; tells which methods a path has. */
function pathsOf(http: Http): (url: string) => readonly string[] {
  const methods = new Map<string, { readonly pattern: URLPattern; readonly all: Set<string> }>()
  http.addHook('onRoute', ({ url, method }) => {
    const pathname = url.replaceAll('*', ':rest*')
    const known = methods.get(url) ?? { pattern: new URLPattern({ pathname }), all: new Set() }
    for (const each of [method].flat()) known.all.add(each)
    methods.set(url, known)
  })
  return (url) => {
    const pathname = url.split('?', 1)[0] ?? ''
    const fitting = [...methods.values()].filter(({ pattern }) => pattern.test({ pathname }))
    return [...new Set(fitting.flatMap(({ all }) => [...all]))].sort()
  }
}

const byConnectionCode: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'requests/headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'requests/too-slow',
}

/** Answers what is no request of HTTP at all, and closes the connection. */
export function answerMalformed(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = byConnectionCode[error.code] ?? 'requests/malformed'
  const { status, title } = problems[refusal]
  const body = problemText({ refusal }, randomUUID())
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
