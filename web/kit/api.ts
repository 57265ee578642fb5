import { z } from 'zod'

// The pages run without `eval`, which the content security policy of the server forbids.
z.config({ jitless: true })

/**
 * Why there is no answer: the server refused (`message` is the title of its problem), it could not be reached,
 * or what came back was no answer of ours.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly reason: 'refused' | 'unreachable' | 'unreadable'
  /** The HTTP status; 0 where none came. */
  readonly status: number
  /** What names the problem in every language: `benefits/sold-out`. */
  readonly code: string | undefined
  /** What explains it besides: `ceilingFen`, `opens`. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    reason: ApiError['reason'],
    status: number,
    message: string,
    code?: string,
    facts: ApiError['facts'] = {},
  ) {
    super(message)
    this.reason = reason
    this.status = status
    this.code = code
    this.facts = facts
  }
}

const ProblemSchema = z.looseObject({
  title: z.string(),
  code: z.string().optional().catch(undefined),
})

/** Reads one resource of the API and checks its shape. */
export async function getJson<T>(
  path: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const response = await send(path, { signal, headers: { accept: 'application/json' } })
  return await readAs(response, schema)
}

/** Sends one request that changes something; what comes back is not of interest. */
export async function post(path: string, body?: unknown): Promise<void> {
  if (body === undefined) {
    await send(path, { method: 'POST' })
    return
  }
  const headers = { 'content-type': 'application/json' }
  await send(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** Asks for something that is done once, however often it is asked for under one key. */
export async function postOnce<T>(
  path: string,
  schema: z.ZodType<T>,
  { key, body }: { readonly key: string; readonly body?: unknown },
): Promise<T> {
  const asked = { method: 'POST', headers: { 'idempotency-key': key } }
  if (body === undefined) return await readAs(await send(path, asked), schema)

  const headers = { ...asked.headers, 'content-type': 'application/json' }
  return await readAs(await send(path, { ...asked, headers, body: JSON.stringify(body) }), schema)
}

/** Puts a resource as it is to be; again it changes nothing. */
export async function putJson<T>(path: string, schema: z.ZodType<T>, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return await readAs(
    await send(path, { method: 'PUT', headers, body: JSON.stringify(body) }),
    schema,
  )
}

/** Takes something away. */
export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' })
}

/** Sends a file as it is, once however often it is sent under one key. */
export async function postFile<T>(
  path: string,
  schema: z.ZodType<T>,
  { key, file, type }: { readonly key: string; readonly file: Blob; readonly type: string },
): Promise<T> {
  const headers = { 'idempotency-key': key, 'content-type': type }
  return await readAs(await send(path, { method: 'POST', headers, body: file }), schema)
}

/** A key that no other request has, also where the page came over plain HTTP. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function readAs<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await bodyOf(response))
  if (!parsed.success) throw new ApiError('unreadable', response.status, parsed.error.message)
  return parsed.data
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await reach(path, init)
  if (response.ok) return response

  const problem = ProblemSchema.safeParse(await bodyOf(response).catch(() => undefined))
  const title = problem.success ? problem.data.title : `HTTP ${response.status}`
  const code = problem.success ? problem.data.code : undefined
  throw new ApiError('refused', response.status, title, code, problem.data)
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('unreachable', 0, String(error))
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new ApiError('unreadable', response.status, String(error))
  }
}
