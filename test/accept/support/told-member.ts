import type { TimedCommand } from '#rules/ledger/post.ts'
import type { Answer } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'
import type { Post, Step } from '#test/accept/support/model-steps.ts'
import { tellModel } from '#test/rules/ledger/model-commands.ts'
import { emptyModel, type ModelWallet } from '#test/rules/ledger/model-wallet.ts'

/**
 * A member as the model has it: a wallet of single units, and the few facts of its orders. Instants are whole
 * days, deadlines lie at noon between them: however the server's own clock ticks, both agree on what is due.
 */
export type ToldMember = {
  readonly wallet: ModelWallet
  readonly orders: Map<string, ToldOrder>
  readonly dayZero: Temporal.Instant
  day: number
}

type ToldOrder = {
  readonly paidFen: number
  readonly earned: number
  refundedFen: number
  clawed: number
}

export function newMember(dayZero: Temporal.Instant): ToldMember {
  return { wallet: emptyModel(), orders: new Map(), dayZero, day: 0 }
}

export function nowOf(member: ToldMember): Temporal.Instant {
  return member.dayZero.add({ hours: 24 * member.day })
}

/** A deadline of a day: its noon. */
export function noonOf(member: ToldMember, day: number): Temporal.Instant {
  return member.dayZero.add({ hours: 24 * day + 12 })
}

/** What the ledger must answer to a posting; `of` is the reference that its `of` stands for. */
export function tellPost(member: ToldMember, post: Post, of: string): Answer {
  return tellModel(member.wallet, commandOf(member, post, of))
}

/** What becomes of the facts of an order that is placed, paid and received at once. */
export function tellOrder(member: ToldMember, step: Extract<Step, { do: 'order' }>): string {
  if (member.orders.has(step.order)) return 'orders/already-placed'
  const earned = member.wallet.sealed ? 0 : pointsFor(step.paidFen)
  member.orders.set(step.order, { paidFen: step.paidFen, earned, refundedFen: 0, clawed: 0 })
  if (earned === 0) return 'applied'
  tellModel(member.wallet, {
    ...base(member, `order:${step.order}`, {}),
    kind: 'earn',
    amount: asPoints(earned),
    expiresAt: endOfNextYear(nowOf(member)),
    funder: 'shop:s-1',
    merge: true,
  })
  return 'applied'
}

/** What becomes of a refund: cumulative, floored once. */
export function tellRefund(
  member: ToldMember,
  step: Extract<Step, { do: 'refund' }>,
  ref: string,
): string {
  const order = member.orders.get(step.order)
  if (order === undefined) return 'unknown'
  if (order.refundedFen + step.amountFen > order.paidFen) return 'orders/refund-exceeds-paid'
  order.refundedFen += step.amountFen
  const owed = Math.max(0, order.earned - pointsFor(order.paidFen - order.refundedFen))
  const more = owed - order.clawed
  order.clawed = owed
  if (more > 0) {
    tellModel(member.wallet, {
      ...base(member, ref, {}),
      kind: 'clawBack',
      of: `order:${step.order}`,
      amount: asPoints(more),
      shortfall: 'debt',
    })
  }
  return 'applied'
}

/** What becomes of sealing and unsealing: it is entered in the wallet of points, be it empty. */
export function tellSealing(member: ToldMember, seal: boolean, ref: string): string {
  const { wallet } = member
  if (wallet.sealed === seal) return seal ? 'members/already-sealed' : 'members/not-sealed'
  if (seal) {
    tellModel(wallet, { ...base(member, ref, {}), kind: 'forfeit', reason: '', seal: true })
  } else tellModel(wallet, { ...base(member, ref, {}), kind: 'unseal' })
  return 'applied'
}

/** Half a point for each yuan. */
function pointsFor(fen: number): number {
  return Math.floor(fen / 200)
}

function endOfNextYear(at: Temporal.Instant): Temporal.Instant {
  const zoned = at.toZonedDateTimeISO('Asia/Shanghai')
  const begin = { year: zoned.year + 2, month: 1, day: 1, timeZone: 'Asia/Shanghai' }
  return Temporal.ZonedDateTime.from(begin).toInstant()
}

function commandOf(member: ToldMember, post: Post, of: string): TimedCommand {
  const { dropAfterMs: _, ...asked } = post
  const common = base(member, post.ref, { ...asked, of })
  switch (post.do) {
    case 'earn': {
      const { amount, activeOn, expiresOn, shop, target } = post
      return {
        ...common,
        kind: 'earn',
        amount: asPoints(amount),
        activeAt: activeOn === undefined ? undefined : noonOf(member, activeOn),
        expiresAt: expiresOn === null ? null : noonOf(member, expiresOn),
        funder: shop ? 'shop:s-1' : 'platform',
        target: target ? 'shoes' : undefined,
        merge: true,
      }
    }
    case 'spend':
      return { ...common, kind: 'spend', amount: asPoints(post.amount), lots: post.lots }
    case 'hold': {
      // Holds that are made one after the other end so.
      const milliseconds = member.wallet.entries.length
      const usualEnd = nowOf(member).add({ minutes: 15, milliseconds })
      const expiresAt = post.endsOn === undefined ? usualEnd : noonOf(member, post.endsOn)
      return { ...common, kind: 'hold', amount: asPoints(post.amount), expiresAt }
    }
    case 'capture':
    case 'release': {
      const amount = post.amount === undefined ? undefined : asPoints(post.amount)
      return { ...common, kind: post.do, of, amount }
    }
    case 'giveBack':
      return { ...common, kind: 'giveBack', of, amount: asPoints(post.amount) }
    case 'clawBack': {
      const amount = asPoints(post.amount)
      return { ...common, kind: 'clawBack', of, amount, shortfall: 'debt' }
    }
  }
}

function base(member: ToldMember, ref: string, asked: object) {
  const at = nowOf(member)
  const fingerprint = JSON.stringify(asked)
  return { ref, at, meta: { fingerprint, actor: '', occurredAt: at, cause: '{}', policies: [] } }
}
