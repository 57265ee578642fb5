import { CompiledQuery } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { heldOf, type HeldCoupon } from '#db/issuing/held.ts'
import { walletId } from '#db/ledger/wallets.ts'
import { savedText } from '#db/trades/offer-savings.ts'
import type { Hold, Lot, Wallet, WalletKey, WalletState } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** What of a member the price of a basket depends on, as one statement found it. */
export type Holdings = {
  /** `undefined`: the member is not known. */
  readonly memberStatus: 'active' | 'sealed' | undefined
  /** By name, as `walletId` makes it; those that do not exist are absent. */
  readonly wallets: ReadonlyMap<string, HeldWallet>
  /** The open coupons that have not lapsed by then, in the order of their ids. */
  readonly coupons: readonly HeldCoupon[]
  /** How often each limited offer was used, trades that were closed left out. */
  readonly offerUses: ReadonlyMap<string, number>
  /** What was saved by capped offers in the calendar periods of the day, by `<cap>/<period>`. */
  readonly saved: Readonly<Record<string, number>>
  /** The benefits of which the member has an open claim that has not lapsed by then, by name. */
  readonly benefits: readonly string[]
}

/** A wallet with its open lots and holds, and the head of its hash chain. */
export type HeldWallet = {
  readonly key: WalletKey
  readonly state: WalletState
  readonly headHash: Buffer
}

/** The wallets of one member in one program. */
export type WalletsOf = {
  readonly memberId: string
  readonly program: string
  readonly units: readonly string[]
}

/** Locks wallets in key order; what is in them is read afterwards, in a statement of its own. */
export async function lockHoldings(tx: Writer, of: WalletsOf): Promise<void> {
  await tx.executeQuery(CompiledQuery.raw(lockText, [of.memberId, of.program, of.units]))
}

const lockText = `
  select from jifen.wallet
  where member_id = $1 and program = $2 and unit = any($3::text[])
  order by unit
  for no key update
`

/**
 * Reads what a member holds in one statement, and so at one moment: nothing is locked. `on`: the
 * business day of the instant.
 */
export async function readHoldings(
  db: Reader,
  of: WalletsOf,
  at: Temporal.Instant,
  on: Temporal.PlainDate,
): Promise<Holdings> {
  const values = [of.memberId, of.program, of.units, at.toString(), on.toString()]
  const answered = await db.executeQuery<Found>(CompiledQuery.raw(readText, values))
  const [found] = answered.rows
  const { status, wallets, lots, holds, coupons, uses, saved, benefits } = found ?? nothing
  const held = listOf<CouponJson>(coupons).map((each) =>
    heldOf({
      ...each,
      active_at: Temporal.Instant.from(each.active_at),
      expires_at: instantOf(each.expires_at),
    }),
  )
  return {
    memberStatus: status ?? undefined,
    wallets: walletsOf(of, listOf(wallets), listOf(lots), listOf(holds)),
    coupons: held,
    offerUses: new Map(uses === null ? [] : Object.entries(JSON.parse(uses) as Uses)),
    saved: saved === null ? {} : (JSON.parse(saved) as Uses),
    benefits: listOf<string>(benefits),
  }
}

// Rows come as JSON: one statement costs less than six, and members hold little.
const readText = `
  select
    (select status from jifen.member where member_id = $1) as status,
    (
      select json_agg(w)
      from jifen.wallet w
      where w.member_id = $1 and w.program = $2 and w.unit = any($3::text[])
    ) as wallets,
    (
      select json_agg(l order by l.lot_id)
      from jifen.lot l
      where l.member_id = $1 and l.program = $2 and l.unit = any($3::text[]) and l.open
    ) as lots,
    (
      select json_agg(
        json_build_object(
          'unit', h.unit, 'ref', h.ref, 'amount', h.amount, 'remaining', h.remaining,
          'expires_at', h.expires_at,
          'lots', (
            select json_agg(
              json_build_object('lotId', p.lot_id, 'amount', p.amount, 'left', p.remaining)
              order by p.lot_id
            )
            from jifen.hold_lot p
            where p.member_id = h.member_id and p.program = h.program and p.unit = h.unit
              and p.ref = h.ref
          )
        )
        order by h.ref
      )
      from jifen.hold h
      where h.member_id = $1 and h.program = $2 and h.unit = any($3::text[]) and h.open
    ) as holds,
    (
      select json_agg(
        json_build_object(
          'coupon_id', c.coupon_id, 'batch', c.batch, 'version', c.version, 'status', c.status,
          'active_at', c.active_at, 'expires_at', c.expires_at, 'trade_id', c.trade_id
        )
        order by c.coupon_id
      )
      from jifen.coupon c
      where c.member_id = $1 and c.status = 'open'
        and (c.expires_at is null or c.expires_at > $4::timestamptz)
    ) as coupons,
    (
      select json_object_agg(u.offer, u.uses)
      from (
        select offer, count(*) as uses from jifen.offer_use where member_id = $1 group by offer
      ) as u
    ) as uses,
    (
      select json_object_agg(s.key, s.saved) from (${savedText('$1', '$5')}) as s
    ) as saved,
    (
      select json_agg(b.benefit order by b.benefit)
      from (
        select distinct benefit from jifen.benefit_claim
        where member_id = $1 and status = 'claimed' and valid_from <= $4::timestamptz
          and (valid_to is null or valid_to > $4::timestamptz)
      ) as b
    ) as benefits
`

type Found = {
  readonly status: 'active' | 'sealed' | null
  readonly wallets: string | null
  readonly lots: string | null
  readonly holds: string | null
  readonly coupons: string | null
  readonly uses: string | null
  readonly saved: string | null
  readonly benefits: string | null
}

const nothing: Found = {
  benefits: null,
  status: null,
  wallets: null,
  lots: null,
  holds: null,
  coupons: null,
  uses: null,
  saved: null,
}

type Uses = Record<string, number>

type CouponJson = Omit<Parameters<typeof heldOf>[0], 'active_at' | 'expires_at'> & {
  readonly active_at: string
  readonly expires_at: string | null
}

type WalletJson = {
  readonly unit: string
  readonly available: number
  readonly pending: number
  readonly held: number
  readonly debt: number
  readonly seq: number
  readonly last_lot_id: number
  readonly status: Wallet['status']
  /** In hexadecimal, after `\x`. */
  readonly head_hash: string
  readonly last_at: string | null
  readonly next_due: string | null
}

type LotJson = {
  readonly unit: string
  readonly lot_id: number
  readonly origin: Lot['origin']
  readonly ref: string
  readonly funder: string
  readonly target: string | null
  readonly amount: number
  readonly available: number
  readonly pending: number
  readonly held: number
  readonly expired: number
  readonly active_at: string
  readonly expires_at: string | null
  readonly mergeable: boolean
  readonly merged_into: number | null
}

type HoldJson = {
  readonly unit: string
  readonly ref: string
  readonly amount: number
  readonly remaining: number
  readonly expires_at: string | null
  readonly lots: Hold['lots']
}

function listOf<Row>(json: string | null): readonly Row[] {
  return json === null ? [] : (JSON.parse(json) as readonly Row[])
}

function walletsOf(
  { memberId, program }: WalletsOf,
  wallets: readonly WalletJson[],
  lots: readonly LotJson[],
  holds: readonly HoldJson[],
): ReadonlyMap<string, HeldWallet> {
  return new Map(
    wallets.map((row): [string, HeldWallet] => {
      const key = { memberId, program, unit: row.unit }
      const state: WalletState = {
        wallet: walletOf(row),
        lots: lots.filter((lot) => lot.unit === row.unit).map(lotOf),
        holds: holds.filter((hold) => hold.unit === row.unit).map(holdOf),
        posted: new Map(),
      }
      return [walletId(key), { key, state, headHash: Buffer.from(row.head_hash.slice(2), 'hex') }]
    }),
  )
}

function walletOf(row: WalletJson): Wallet {
  return {
    available: asPoints(row.available),
    pending: asPoints(row.pending),
    held: asPoints(row.held),
    debt: asPoints(row.debt),
    seq: row.seq,
    lastLotId: row.last_lot_id,
    status: row.status,
    lastAt: instantOf(row.last_at),
    nextDue: instantOf(row.next_due),
  }
}

function lotOf(row: LotJson): Lot {
  return {
    lotId: row.lot_id,
    origin: row.origin,
    ref: row.ref,
    funder: row.funder,
    target: row.target,
    amount: asPoints(row.amount),
    available: asPoints(row.available),
    pending: asPoints(row.pending),
    held: asPoints(row.held),
    expired: asPoints(row.expired),
    activeAt: Temporal.Instant.from(row.active_at),
    expiresAt: instantOf(row.expires_at),
    mergeable: row.mergeable,
    mergedInto: row.merged_into,
  }
}

function holdOf(row: HoldJson): Hold {
  return {
    ref: row.ref,
    amount: asPoints(row.amount),
    left: asPoints(row.remaining),
    expiresAt: instantOf(row.expires_at),
    lots: row.lots.map(({ lotId, amount, left }) => {
      return { lotId, amount: asPoints(amount), left: asPoints(left) }
    }),
  }
}

function instantOf(text: string | null): Temporal.Instant | null {
  return text === null ? null : Temporal.Instant.from(text)
}
