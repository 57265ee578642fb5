import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { maybe } from '#web/member/maybe.ts'

const MarketSchema = z.object({
  currency: z.string(),
  minorDigits: z.int(),
  zone: z.string(),
  now: z.string(),
  clock: z.enum(['real', 'virtual']),
})

const MemberSchema = z.object({
  memberId: z.string(),
  status: z.string(),
  nickname: maybe(z.string()),
  joinedAt: maybe(z.string()),
})

const BalanceSchema = z.object({
  available: z.int(),
  pending: z.int(),
  held: z.int(),
  debt: z.int(),
})

const WalletSchema = BalanceSchema.extend({
  program: z.string(),
  unit: z.string(),
  status: z.string(),
  total: z.int(),
  asOf: z.string(),
  expiring: z.array(z.object({ month: z.string(), lastDay: z.string(), amount: z.int() })),
  expiringSoon: maybe(z.object({ amount: z.int(), before: z.string() })),
})

/** One wallet as of now by the market's clock. */
export type Wallet = z.output<typeof WalletSchema>

const EntrySchema = z.object({
  seq: z.int(),
  kind: z.string(),
  ref: z.string(),
  outcome: z.string(),
  refusal: maybe(z.string()),
  amount: z.int(),
  /** What it did to available, pending and held together. */
  change: z.int(),
  after: BalanceSchema,
  occurredAt: z.string(),
  bookedAt: z.string(),
  orderId: maybe(z.string()),
  shop: maybe(z.string()),
})

/** One line of a wallet's history. */
export type Entry = z.output<typeof EntrySchema>

const EntriesSchema = z.object({
  entries: z.array(EntrySchema),
  nextCursor: maybe(z.string()),
})

const ExplainedEntrySchema = EntrySchema.extend({
  of: maybe(z.string()),
  actor: maybe(z.string()),
  policies: z.array(z.string()).catch([]),
  cause: z.unknown(),
  transfers: z
    .array(
      z.object({
        debit: z.string(),
        credit: z.string(),
        amount: z.int(),
        lotId: maybe(z.int()),
        toLotId: maybe(z.int()),
      }),
    )
    .catch([]),
  lots: z
    .array(
      z.object({
        lotId: z.int(),
        amount: maybe(z.int()),
        /** `null`: never; absent: not told. */
        expiresAt: z.string().nullish(),
        ref: maybe(z.string()),
      }),
    )
    .catch([]),
  /** Of an earn: until when it can be spent. */
  expiresAt: z.string().nullish(),
  hash: maybe(z.string()),
})

/** One entry with everything that explains it. */
export type ExplainedEntry = z.output<typeof ExplainedEntrySchema>

/** The key of a wallet of the member who is signed in. */
export type WalletKey = { readonly program: string; readonly unit: string }

export const marketQuery = queryOptions({
  queryKey: ['market'],
  queryFn: async ({ signal }) => await getJson('/v1/market', MarketSchema, signal),
})

export function memberQuery(memberId: string) {
  const path = `/v1/members/${encodeURIComponent(memberId)}`
  return queryOptions({
    queryKey: ['member', memberId],
    queryFn: async ({ signal }) => await getJson(path, MemberSchema, signal),
  })
}

export function walletsQuery(memberId: string) {
  const path = `/v1/members/${encodeURIComponent(memberId)}/wallets`
  return queryOptions({
    queryKey: ['wallets', memberId],
    queryFn: async ({ signal }) => {
      const { wallets } = await getJson(path, z.object({ wallets: z.array(WalletSchema) }), signal)
      return wallets
    },
  })
}

/** The history of a wallet, newest first, page by page. */
export function entriesQuery(memberId: string, key: WalletKey) {
  const path = `${walletPath(memberId, key)}/entries?limit=${entriesPerPage}`
  return infiniteQueryOptions({
    queryKey: ['entries', memberId, key.program, key.unit],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + cursor, EntriesSchema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

const entriesPerPage = 30

export function entryQuery(memberId: string, key: WalletKey, seq: string) {
  const path = `${walletPath(memberId, key)}/entries/${encodeURIComponent(seq)}`
  return queryOptions({
    queryKey: ['entry', memberId, key.program, key.unit, seq],
    queryFn: async ({ signal }) => await getJson(path, ExplainedEntrySchema, signal),
    // An entry never changes once it is booked.
    staleTime: Infinity,
  })
}

function walletPath(memberId: string, { program, unit }: WalletKey): string {
  return `/v1/members/${[memberId, 'wallets', program, unit].map(encodeURIComponent).join('/')}`
}
