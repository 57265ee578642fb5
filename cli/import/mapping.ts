import { z } from 'zod'
import { readJsonFile } from '#cli/presets.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { problemsOf } from '#rules/policies/problems.ts'

/** The mappings that come with the program. */
export const mappingNames = ['generic', 'olist', 'online-retail'] as const

/**
 * A text taken from a row: a column (`name?` when files may lack it), a constant, a column of another
 * table's row, or the first of several that is not empty. Nothing found is the empty text.
 */
export type Field =
  | string
  | { readonly constant: string }
  | { readonly lookup: string; readonly by: Field; readonly take: string }
  | { readonly first: readonly Field[] }

const FieldSchema: z.ZodType<Field> = z.lazy(() =>
  z.union([
    z.string().min(1),
    z.strictObject({ constant: z.string() }),
    z.strictObject({ lookup: z.string(), by: FieldSchema, take: z.string() }),
    z.strictObject({ first: z.array(FieldSchema).min(1) }),
  ]),
)

/** A time taken from a row: a field, or the latest of several that are not empty. */
const TimeSchema = z.union([FieldSchema, z.strictObject({ latest: z.array(FieldSchema).min(1) })])
export type TimeField = z.output<typeof TimeSchema>

/** What is asked of one column of a row. */
const ConditionSchema = z
  .strictObject({
    column: z.string(),
    empty: z.literal(true).optional(),
    oneOf: z.array(z.string()).min(1).optional(),
    startsWith: z.string().min(1).optional(),
    atMost: z.number().optional(),
  })
  .refine((condition) => Object.keys(condition).length === 2, {
    error: 'A condition asks one thing of its column: empty, oneOf, startsWith or atMost.',
  })
export type Condition = z.output<typeof ConditionSchema>

const ReasonSchema = z.string().regex(/^[a-z][a-z-]{0,40}$/, {
  error: 'A reason is made of a-z and hyphens.',
})

const TableSchema = z.strictObject({
  files: z.array(z.string()).min(1),
  optional: z.boolean().default(false),
  /** Makes the table one that is looked up by this column. */
  key: z.string().optional(),
  /** Rows that are rejected without being read further, with the reason told. */
  leaveOut: z.array(z.strictObject({ reason: ReasonSchema, when: ConditionSchema })).default([]),
})

/** The facts of an order in the order they are told. */
export const orderFacts = ['placed', 'paid', 'shipped', 'received', 'closed'] as const
export type OrderFact = (typeof orderFacts)[number]

/** `paid` must have its time; `paid?` is told if it has one. */
const FactNameSchema = z.enum([
  ...orderFacts,
  ...orderFacts.map((fact) => `${fact}?` as `${OrderFact}?`),
])

const OrdersSchema = z.strictObject({
  table: z.string(),
  id: FieldSchema,
  trade: FieldSchema.optional(),
  member: FieldSchema,
  shop: FieldSchema.optional(),
  currency: FieldSchema.optional(),
  freight: FieldSchema.optional(),
  times: z.strictObject({
    placed: TimeSchema,
    paid: TimeSchema.optional(),
    shipped: TimeSchema.optional(),
    collected: TimeSchema.optional(),
    received: TimeSchema.optional(),
    closed: TimeSchema.optional(),
  }),
  /** The time of a fact that must be told and has none of its own; each use is counted. */
  assumed: z.strictObject({ paid: TimeSchema, received: TimeSchema }).partial().default({}),
  status: FieldSchema.optional(),
  /** The facts of an order by its status, `*` for any other. */
  facts: z.record(z.string(), z.array(FactNameSchema).min(1)),
})

const LinesSchema = z.strictObject({
  table: z.string(),
  order: FieldSchema,
  /** Without it a line is called by its SKU, the second of an order `SKU#2`. */
  id: FieldSchema.optional(),
  /** Where lines of one order name several shops, each shop's part is an order of its own. */
  shop: FieldSchema.optional(),
  sku: FieldSchema,
  category: FieldSchema,
  quantity: FieldSchema.optional(),
  /** The amount paid for the line, or the price of one unit. */
  paid: z.union([z.strictObject({ amount: FieldSchema }), z.strictObject({ price: FieldSchema })]),
  multiple: FieldSchema.optional(),
  freight: FieldSchema.optional(),
  /** Rows that are freight of the order, not goods. */
  freightWhen: ConditionSchema.optional(),
  /** Rows that give back the member's latest earlier purchases of the SKU. */
  returnWhen: ConditionSchema.optional(),
})

const RefundsSchema = z.strictObject({
  table: z.string(),
  id: FieldSchema,
  order: FieldSchema,
  member: FieldSchema.optional(),
  line: FieldSchema,
  amount: FieldSchema,
  quantity: FieldSchema.optional(),
  at: TimeSchema,
})

const ReviewsSchema = z.strictObject({
  table: z.string(),
  id: FieldSchema,
  order: FieldSchema,
  member: FieldSchema.optional(),
  sku: FieldSchema.optional(),
  rating: FieldSchema.optional(),
  at: TimeSchema,
})

const MembersSchema = z.strictObject({
  table: z.string(),
  id: FieldSchema,
  nickname: FieldSchema.optional(),
  joined: TimeSchema.optional(),
  sealed: TimeSchema.optional(),
})

const MappingSchema = z.strictObject({
  /** Also the name of the source of its facts: `import:<name>`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  title: z.string().min(1),
  /** The currency of its amounts; without it, the market's. */
  currency: z.string().optional(),
  /** The zone of times without an offset; without it, the market's. */
  zone: z.string().optional(),
  /** The market file that fits, as a hint for an empty database. */
  market: z.string().optional(),
  timeFormats: z.array(z.string()).default([]),
  tables: z.record(z.string(), TableSchema),
  orders: OrdersSchema,
  lines: LinesSchema,
  refunds: RefundsSchema.optional(),
  reviews: ReviewsSchema.optional(),
  members: MembersSchema.optional(),
})

export type Mapping = z.output<typeof MappingSchema>

/**
 * Reads a mapping by its name, or from a file when `nameOrPath` holds a slash or ends in `.json`.
 * Throws `StartError`, in one sentence, when there is none or it does not fit.
 */
export async function loadMapping(nameOrPath: string): Promise<Mapping> {
  const isPath = /[/\\]|[.]json$/.test(nameOrPath)
  if (!isPath && !mappingNames.some((name) => name === nameOrPath)) {
    throw new StartError(
      `There is no mapping "${nameOrPath}": name one of ${mappingNames.join(', ')}, or a file.`,
    )
  }
  const from = isPath
    ? nameOrPath
    : new URL(`../../presets/mappings/${nameOrPath}.json`, import.meta.url)
  return readMapping(await readJsonFile(from, nameOrPath), nameOrPath)
}

/** Reads a mapping from JSON; throws `StartError` naming the first thing that does not fit. */
export function readMapping(json: unknown, called: string): Mapping {
  const parsed = MappingSchema.safeParse(json)
  if (!parsed.success) {
    const [problem] = problemsOf(parsed.error)
    throw new StartError(
      `The mapping ${called} is not right: ${problem?.path ?? ''}: ${problem?.message ?? ''}`,
    )
  }
  const mapping = parsed.data
  const missing = tablesNamed(mapping).find((name) => mapping.tables[name] === undefined)
  if (missing !== undefined) {
    throw new StartError(
      `The mapping ${called} is not right: it reads from a table ${missing} that its tables do not have.`,
    )
  }
  return mapping
}

function tablesNamed(mapping: Mapping): readonly string[] {
  const { orders, lines, refunds, reviews, members } = mapping
  return [orders, lines, refunds, reviews, members].flatMap((part) => part?.table ?? [])
}
