import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { transact } from '#operations/_transact.ts'
import { asPoints } from '#rules/money/points.ts'

/** How large a market is, on the day it is measured. */
export type MarketDay = {
  readonly members: number
  readonly offers: number
  readonly shops: number
  readonly skusEach: number
}

const membersAtOnce = 500
/** Enough for every step that a basket reaches. */
const allowanceFen = 100_000

/**
 * Fills a new market: active offers, one for each SKU and one for each shop as far as they go, the others for goods
 * that nobody buys; members, each with an allowance.
 */
export async function fillMarket(db: Database, owner: Database, day: MarketDay): Promise<void> {
  await fillOffers(owner, day)
  const now = Temporal.Now.instant().round({ smallestUnit: 'millisecond' })
  await sql`
    insert into jifen.member (member_id, joined_at, created_at)
    select 'm-' || lpad(n::text, 6, '0'), ${now.toString()}::timestamptz, ${now.toString()}::timestamptz
    from generate_series(0, ${day.members}::integer - 1) n
  `.execute(owner)
  for (let first = 0; first < day.members; first += membersAtOnce) {
    const count = Math.min(membersAtOnce, day.members - first)
    const commands = Array.from({ length: count }, (_, n) => allowanceOf(first + n, now))
    await transact(db, (tx) => postCommands(tx, commands))
  }
  await sql`vacuum analyze`.execute(owner)
}

export function memberName(n: number): string {
  return `m-${String(n).padStart(6, '0')}`
}

/** Five lines of three shops, other ones for every number. */
export function shoppingListOf(n: number, day: MarketDay) {
  return [0, 0, 1, 1, 2].map((place, line) => {
    const shop = (n * 7 + place * 31) % day.shops
    const sku = (n + line) % day.skusEach
    return {
      id: String(line + 1),
      sku: `sku-${shop}-${sku}`,
      shop: `shop-${shop}`,
      category: 'ordinary',
      quantity: (line % 2) + 1,
      listPrice: `${59 + ((shop * 13 + sku * 37) % 200)}.00`,
    }
  })
}

/** Written at once, as if each had been drafted and approved an hour ago. */
async function fillOffers(owner: Database, day: MarketDay): Promise<void> {
  const skus = Array.from({ length: day.shops * day.skusEach }, (_, n) => {
    const sku = `sku-${Math.floor(n / day.skusEach)}-${n % day.skusEach}`
    const effect = { type: 'percentOff', percent: (n % 16) + 5 }
    return { layer: 'item', target: { skus: [sku] }, effect }
  })
  const shops = Array.from({ length: day.shops }, (_, n) => {
    const effect = { type: 'thresholdOff', steps: [{ from: '100.00', off: '10.00' }] }
    return { layer: 'shop', target: { shops: [`shop-${n}`] }, effect }
  })
  const rest = Array.from({ length: day.offers - skus.length - shops.length }, (_, n) => {
    const effect = { type: 'percentOff', percent: (n % 20) + 1 }
    return { layer: 'item', target: { skus: [`nobody-buys-${n}`] }, effect }
  })
  const bodies = [...skus, ...shops, ...rest].map((body) => JSON.stringify(body))
  const at = Temporal.Now.instant().subtract({ hours: 1 }).toString()
  await sql`
    insert into jifen.policy (name, version, status, body, note, author, drafted_at, approver,
      approved_at, effective_at, change_number)
    select 'offer:bench-' || n, 1, 'approved', body::json, '', 'bench', ${at}::timestamptz, 'another',
      ${at}::timestamptz, ${at}::timestamptz, (select number + 1 from jifen.policy_change)
    from unnest(${bodies}::text[]) with ordinality as body (body, n)
  `.execute(owner)
  await sql`update jifen.policy_change set number = number + 1`.execute(owner)
}

function allowanceOf(n: number, at: Temporal.Instant): WalletCommand {
  return {
    key: { memberId: memberName(n), program: 'platform', unit: 'allowance' },
    kind: 'earn',
    ref: 'allowance:bench',
    amount: asPoints(allowanceFen),
    funder: 'platform',
    merge: false,
    at,
    expiresAt: at.add({ hours: 24 * 30 }),
    meta: {
      fingerprint: 'allowance',
      actor: 'service:bench',
      occurredAt: at,
      cause: '{"type":"bench"}',
      policies: [],
    },
  }
}
