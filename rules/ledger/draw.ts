import { drawable, enter, hasLapsed, move, putHold, type Book } from '#rules/ledger/book.ts'
import { refuse } from '#rules/ledger/refuse.ts'
import { pinned, releaseLots } from '#rules/ledger/settle.ts'
import {
  postedKey,
  type Answer,
  type Command,
  type Draw,
  type Hold,
  type Lot,
} from '#rules/ledger/wallet.ts'
import { asPoints, least, type Points } from '#rules/money/points.ts'
import { isBefore } from '#rules/time/instants.ts'

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>

/** Takes value for good: from the lots named, else in drawing order; whole or not at all (LE-5). */
export function spend(book: Book, command: Of<'spend'>, now: Temporal.Instant): Answer {
  if (book.status === 'sealed') {
    return refuse(book, command, now, { refusal: 'ledger/wallet-sealed' })
  }
  const plan = drawPlan(book, command, now)
  if (!plan.ok) return refuse(book, command, now, plan.why)

  for (const draw of plan.draws) move(book, draw.amount, 'available', 'spent', draw.lotId)
  return record(book, command, now, command.amount, null, plan.draws)
}

/** Reserves value until it is captured, released or times out (LE-5 to LE-7). */
export function hold(book: Book, command: Of<'hold'>, now: Temporal.Instant): Answer {
  const expiresAt = command.expiresAt ?? null
  if (book.status === 'sealed') {
    return refuse(book, command, now, { refusal: 'ledger/wallet-sealed' })
  }
  if (expiresAt !== null && !isBefore(now, expiresAt)) {
    return refuse(book, command, now, { refusal: 'ledger/hold-already-over' })
  }
  const plan = drawPlan(book, command, now)
  if (!plan.ok) return refuse(book, command, now, plan.why)

  for (const draw of plan.draws) move(book, draw.amount, 'available', 'held', draw.lotId)
  const lots = plan.draws.map((draw) => ({ ...draw, left: draw.amount }))
  putHold(book, { ref: command.ref, amount: command.amount, left: command.amount, expiresAt, lots })
  return record(book, command, now, command.amount, null, plan.draws)
}

/** Spends part or all of a hold, soonest to expire first; the rest stays held (LE-6). */
export function capture(book: Book, command: Of<'capture'>, now: Temporal.Instant): Answer {
  const found = openHold(book, command)
  if (!found.ok) return refuse(book, command, now, found.why)
  const { hold: held, amount } = found

  let left = amount
  const draws: Draw[] = []
  const rest = new Map(held.lots.map((each) => [each.lotId, each]))
  for (const lot of pinned(book, held)) {
    const pin = rest.get(lot.lotId)
    if (pin === undefined || left === 0) continue
    const taken = least(left, pin.left)
    move(book, taken, 'held', 'spent', lot.lotId)
    rest.set(lot.lotId, { ...pin, left: asPoints(pin.left - taken) })
    draws.push({ lotId: lot.lotId, amount: taken })
    left = asPoints(left - taken)
  }
  putHold(book, { ...held, left: asPoints(held.left - amount), lots: [...rest.values()] })
  return record(book, command, now, amount, postedKey('hold', command.of), draws)
}

/** Gives part or all of a hold back, latest to expire first; a lapsed share is EXPIRED (LE-6). */
export function release(book: Book, command: Of<'release'>, now: Temporal.Instant): Answer {
  const found = openHold(book, command)
  if (!found.ok) return refuse(book, command, now, found.why)

  const back = releaseLots(book, found.hold, found.amount, now)
  return record(book, command, now, found.amount, postedKey('hold', command.of), back.lots, {
    ...(back.expired > 0 ? { expired: back.expired } : {}),
    ...(back.debtPaid > 0 ? { debtPaid: back.debtPaid } : {}),
  })
}

type Why = Omit<Extract<Answer, { ok: false }>, 'ok' | 'seq' | 'after'>

function drawPlan(
  book: Book,
  command: Of<'spend'> | Of<'hold'>,
  now: Temporal.Instant,
): { readonly ok: true; readonly draws: readonly Draw[] } | { readonly ok: false; why: Why } {
  const named = command.lots === undefined ? undefined : new Set(command.lots)
  const lots = drawable(book, command.order ?? 'soonestExpiry').filter((lot) =>
    mayDraw(lot, named, now),
  )
  if (named !== undefined && lots.length === 0) {
    return { ok: false, why: { refusal: 'ledger/unknown-lot' } }
  }
  const draws: Draw[] = []
  let due = command.amount
  for (const lot of lots) {
    if (due === 0) break
    const amount = least(due, lot.available)
    draws.push({ lotId: lot.lotId, amount })
    due = asPoints(due - amount)
  }
  if (due > 0) return { ok: false, why: { refusal: 'ledger/insufficient', short: due } }
  return { ok: true, draws }
}

function mayDraw(lot: Lot, named: ReadonlySet<string> | undefined, now: Temporal.Instant): boolean {
  if (hasLapsed(lot, now)) return false
  return named === undefined ? lot.target === null : named.has(lot.ref)
}

function openHold(
  book: Book,
  command: Of<'capture'> | Of<'release'>,
): { readonly ok: true; hold: Hold; amount: Points } | { readonly ok: false; why: Why } {
  const held = book.holds.get(command.of)
  if (held === undefined || held.left === 0) {
    const was = book.posted.get(postedKey('hold', command.of))
    const known = held !== undefined || was?.outcome === 'done'
    const refusal = known ? 'ledger/hold-closed' : 'ledger/unknown-hold'
    return { ok: false, why: { refusal } }
  }
  const amount = command.amount ?? held.left
  if (amount > held.left) {
    return { ok: false, why: { refusal: 'ledger/more-than-held', left: held.left } }
  }
  return { ok: true, hold: held, amount }
}

function record(
  book: Book,
  command: Of<'spend'> | Of<'hold'> | Of<'capture'> | Of<'release'>,
  now: Temporal.Instant,
  amount: Points,
  of: string | null,
  lots: readonly Draw[],
  more: { readonly expired?: Points; readonly debtPaid?: Points } = {},
): Answer {
  const { kind, ref, meta } = command
  return enter(book, { kind, ref, of, amount, meta, bookedAt: now }, (seq, after) => ({
    ok: true,
    seq,
    amount,
    after,
    lots,
    ...more,
  }))
}
