import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'
import { maybe } from '#web/member/maybe.ts'

export const kinds = ['presale', 'spot'] as const

export type Kind = (typeof kinds)[number]

const KindSchema = z.enum(kinds)

const days = z.tuple([z.string(), z.string()])

/** The deal or price that stands in the way. */
export const CauseSchema = z.object({
  refusal: z.string(),
  priceFen: z.int(),
  at: maybe(z.string()),
  window: maybe(days),
  dealId: maybe(z.string()),
  priceId: maybe(z.string()),
  limitFen: z.int(),
})

export type Cause = z.output<typeof CauseSchema>

const DeclarationSchema = z.object({
  sku: z.string(),
  kind: KindSchema,
  status: z.enum(['declared', 'suspended', 'withdrawn']),
  category: z.string(),
  priceFen: z.int(),
  quantity: z.int(),
  depositFen: maybe(z.int()),
  worthFen: maybe(z.int()),
  ceiling: maybe(z.looseObject({ ceilingFen: maybe(z.int()) })),
  /** Of one that is suspended; what has no price in it is another matter. */
  cause: maybe(z.looseObject({ causes: z.array(CauseSchema).catch([]), code: maybe(z.string()) })),
  sold: z.int(),
  left: z.int(),
  changedAt: z.string(),
})

export type Declaration = z.output<typeof DeclarationSchema>

export const DeclaredSchema = z.object({ what: z.string(), declaration: DeclarationSchema })

/** What of the list is shown. */
export type Shown = 'all' | Declaration['status']

export function inCampaign(shopId: string, campaign: string, ...rest: readonly string[]): string {
  return shopPath(shopId, 'campaigns', campaign, ...rest)
}

export function declarationsQuery(shopId: string, campaign: string, status: Shown) {
  const path = `${inCampaign(shopId, campaign, 'declarations')}?limit=50`
  const filter = status === 'all' ? '' : `&status=${status}`
  return infiniteQueryOptions({
    queryKey: ['shop', shopId, 'declarations', campaign, status],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const schema = z.object({
        declarations: z.array(DeclarationSchema),
        nextCursor: maybe(z.string()),
      })
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + filter + cursor, schema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

const CeilingSchema = z.object({
  ceilingFen: maybe(z.int()),
  floorFen: maybe(z.int()),
  bounds: z.array(
    z.object({
      by: z.enum(['deal', 'list', 'promo']),
      id: z.string(),
      priceFen: z.int(),
      at: z.string(),
      window: days,
      limitFen: z.int(),
    }),
  ),
  windows: z.object({ deals: days, promo: days }),
})

/** How high an SKU may be declared, and what says so, the strictest first. */
export type Ceiling = z.output<typeof CeilingSchema>

/** The ceiling of one SKU; `null`: the market verifies no prices. */
export function ceilingQuery(shopId: string, campaign: string, kind: Kind, sku: string) {
  const search = new URLSearchParams({ sku, kind })
  return queryOptions({
    queryKey: ['shop', shopId, 'ceiling', campaign, kind, sku],
    queryFn: async ({ signal }): Promise<Ceiling | null> => {
      const path = `${inCampaign(shopId, campaign, 'ceilings')}?${search}`
      const schema = z.object({ ceilings: z.array(CeilingSchema) })
      const { ceilings } = await getJson(path, schema, signal)
      return ceilings[0] ?? null
    },
    // A deal of a moment ago counts.
    staleTime: 0,
    enabled: sku !== '',
  })
}

export const FileSchema = z.object({
  fileId: z.string(),
  status: z.enum(['waiting', 'working', 'done', 'unreadable']),
  rowsFound: maybe(z.int()),
  rowsDone: z.int(),
  declared: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  receivedAt: z.string(),
})

/** A file of declarations, and how far it has come. */
export type DeclarationFile = z.output<typeof FileSchema>

export function filesQuery(shopId: string, campaign: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'declaration-files', campaign],
    queryFn: async ({ signal }) => {
      const path = `${inCampaign(shopId, campaign, 'declaration-files')}?limit=5`
      const { files } = await getJson(path, z.object({ files: z.array(FileSchema) }), signal)
      return files
    },
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) === true ? 1_000 : false),
  })
}

export function isUnderWay({ status }: DeclarationFile): boolean {
  return status === 'waiting' || status === 'working'
}

const RowSchema = z.object({
  line: z.int(),
  sku: maybe(z.string()),
  field: maybe(z.string()),
  reason: maybe(z.string()),
  facts: maybe(z.looseObject({ ceilingFen: maybe(z.int()) })),
})

/** The first rows of a file that were refused. */
export function refusedRowsQuery(shopId: string, campaign: string, fileId: string) {
  const path = inCampaign(shopId, campaign, 'declaration-files', fileId, 'rows')
  return queryOptions({
    queryKey: ['shop', shopId, 'declaration-files', campaign, fileId, 'refused'],
    queryFn: async ({ signal }) => {
      const schema = z.object({ rows: z.array(RowSchema) })
      const { rows } = await getJson(`${path}?outcome=refused&limit=5`, schema, signal)
      return rows
    },
  })
}
