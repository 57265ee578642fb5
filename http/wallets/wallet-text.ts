import type { z } from 'zod'
import type { WalletSchema } from '#http/wallets/schemas.ts'
import type { WalletView } from '#operations/ledger/view-wallets.ts'
import type { Lot } from '#rules/ledger/wallet.ts'
import { dayOf, instantToText, isBefore } from '#rules/time/instants.ts'

const soonHours = 60 * 24

/** A wallet as the API tells it, in the zone of the market. */
export function walletText(
  { key, wallet, lots }: WalletView,
  asOf: Temporal.Instant,
  zone: string,
): z.input<typeof WalletSchema> {
  const lapsing = lots.flatMap(lapseOf)
  const { available, pending, held, debt, status } = wallet
  return {
    program: key.program,
    unit: key.unit,
    status,
    total: available + pending + held,
    available,
    pending,
    held,
    debt,
    asOf: instantToText(asOf, zone),
    expiring: byMonth(lapsing, zone),
    expiringSoon: soon(lapsing, asOf, zone),
  }
}

type Lapse = { readonly expiresAt: Temporal.Instant; readonly amount: number }

function lapseOf(lot: Lot): Lapse[] {
  const amount = lot.available + lot.held
  return lot.expiresAt === null || amount === 0 ? [] : [{ expiresAt: lot.expiresAt, amount }]
}

function byMonth(
  lapsing: readonly Lapse[],
  zone: string,
): z.input<typeof WalletSchema>['expiring'] {
  const months = new Map<string, { lastDay: string; amount: number }>()
  for (const { expiresAt, amount } of lapsing) {
    // The last day is the one that holds the last instant at which the lot can be spent.
    const lastDay = dayOf(expiresAt.subtract({ milliseconds: 1 }), zone).toString()
    const month = lastDay.slice(0, -3)
    const known = months.get(month)
    const first = known === undefined || lastDay < known.lastDay ? lastDay : known.lastDay
    months.set(month, { lastDay: first, amount: (known?.amount ?? 0) + amount })
  }
  return [...months]
    .map(([month, each]) => ({ month, ...each }))
    .sort((a, b) => (a.month < b.month ? -1 : 1))
}

/** Whoever spends this much before that instant loses nothing within the time looked ahead. */
function soon(
  lapsing: readonly Lapse[],
  asOf: Temporal.Instant,
  zone: string,
): z.input<typeof WalletSchema>['expiringSoon'] {
  const horizon = asOf.add({ hours: soonHours })
  const within = lapsing.filter(({ expiresAt }) => !isBefore(horizon, expiresAt))
  const [first] = within.toSorted((a, b) => Temporal.Instant.compare(a.expiresAt, b.expiresAt))
  if (first === undefined) return null
  const amount = within.reduce((sum, each) => sum + each.amount, 0)
  return { amount, before: instantToText(first.expiresAt, zone) }
}
