import type { Client } from '#test/accept/support/client.ts'
import type { Random } from '#test/accept/support/random.ts'

/** As much of a JSON schema as this API uses. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

type Described = {
  readonly operationId: string
  readonly 'x-access'?: readonly string[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

/** One operation as the program describes it. */
export type ApiOperation = Described & { readonly method: string; readonly path: string }

/** What the program says of its API. */
export type ApiDescription = {
  readonly operations: readonly ApiOperation[]
  readonly resolve: (schema: Schema) => Schema
}

export async function readDescription(client: Client): Promise<ApiDescription> {
  const reply = await client.send({ path: '/openapi.json' })
  const { paths, components } = JSON.parse(reply.text) as {
    paths: Record<string, Record<string, Described>>
    components: { schemas: Record<string, Schema> }
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ ...each, method, path })),
  )
  const resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1)
    return name === undefined ? schema : resolve(components.schemas[name] ?? {})
  }
  return { operations, resolve }
}

/** The schema of an answer in JSON, `undefined` when none is described for the status. */
export function answerSchema(operation: ApiOperation, status: number): Schema | undefined {
  const content = operation.responses[String(status)]?.content ?? {}
  return (content['application/json'] ?? content['application/problem+json'])?.schema
}

/** The paths of fields of a value that its schema does not know. */
export function unknownFields(
  api: ApiDescription,
  schema: Schema,
  value: unknown,
  at = '',
): readonly string[] {
  const { resolve } = api
  const own = resolve(schema)
  const choices = own.anyOf ?? own.oneOf
  if (choices !== undefined) {
    const found = choices.map((choice) => unknownFields(api, choice, value, at))
    return found.toSorted((a, b) => a.length - b.length)[0] ?? []
  }
  if (Array.isArray(value)) {
    return value.flatMap((each, n) => unknownFields(api, own.items ?? {}, each, `${at}[${n}]`))
  }
  if (typeof value !== 'object' || value === null) return []
  const known = own.properties
  if (known === undefined) return own.type === 'object' || own.type === undefined ? [] : [at]
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = at === '' ? name : `${at}.${name}`
    const ofField = known[name]
    if (ofField !== undefined) return unknownFields(api, ofField, inner, path)
    const more = own.additionalProperties
    if (more === undefined || more === false) return [path]
    return typeof more === 'object' ? unknownFields(api, more, inner, path) : []
  })
}

/** A value by a schema: right in its shape, wild in its details. */
export function sampleOf(api: ApiDescription, schema: Schema, random: Random, depth = 0): unknown {
  const own = api.resolve(schema)
  const choices = own.anyOf ?? own.oneOf
  if (choices !== undefined) return sampleOf(api, random.pick(choices), random, depth)
  if (own.const !== undefined) return own.const
  if (own.enum !== undefined) return random.pick(own.enum)
  const type = typeof own.type === 'string' ? own.type : random.pick(own.type ?? ['object'])
  switch (type) {
    case 'integer':
    case 'number':
      return random.int(own.minimum ?? -5, Math.min(own.maximum ?? 1_000, 1_000))
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    case 'array': {
      const count = depth > 3 ? 0 : random.int(0, 3)
      return Array.from({ length: count }, () => sampleOf(api, own.items ?? {}, random, depth + 1))
    }
    case 'object': {
      const required = new Set(own.required ?? [])
      const fields = Object.entries(own.properties ?? {})
        .filter(([name]) => required.has(name) || random.chance(0.5))
        .map(([name, inner]) => [name, sampleOf(api, inner, random, depth + 1)])
      return Object.fromEntries(fields)
    }
    default:
      return random.pick(texts)
  }
}

const texts = [
  'a',
  'lin',
  'points',
  'ordinary',
  'platform',
  'order-1',
  '2017-11-11T00:00:00+08:00',
  '2017-11-11T00:00:00Z',
  '109.00',
  '1.0',
  'application/json',
  '积分',
  '',
  ' ',
  "'; drop table jifen.entry; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '=cmd()',
  '${7*7}',
  'x'.repeat(300),
  'x'.repeat(20_000),
  '\u0000',
  '\ud800',
  '\u202e',
  '9'.repeat(40),
]
