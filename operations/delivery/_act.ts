import type { Writer } from '#db/connection.ts'
import {
  paidToPairs,
  upsertCompensations,
  type LateCompensation,
} from '#db/delivery/compensations.ts'
import { upsertShipments, type Shipment } from '#db/delivery/shipments.ts'
import type { Member } from '#db/members.ts'
import { announce } from '#operations/announcements/announce.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { inZone, isUndue, nextLook, type Looked } from '#operations/delivery/_look.ts'
import {
  compensatedNotices,
  lateNotice,
  reminderNotice,
  takenBackNotices,
} from '#operations/delivery/_notices.ts'
import { decideCompensation, payCommand, takeBackCommand } from '#operations/delivery/_pay.ts'
import { nameOf } from '#operations/delivery/ship-by.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What is done about one shipment. */
type Acted = {
  readonly shipment: Shipment
  readonly compensation: LateCompensation | undefined
  readonly terms: Looked['terms']
  readonly isNew: boolean
}

/**
 * Does what is due about shipments of locked members, in one transaction (SH-11 to SH-15): tells shops,
 * pays what is late, takes back what was not late after all. Again does nothing more. `complaints`: the
 * orders that a member complains of, which are paid at once.
 */
export async function actOn(
  tx: Writer,
  context: EventContext,
  looked: readonly Looked[],
  members: ReadonlyMap<string, Member>,
  complaints: ReadonlySet<string> = new Set(),
): Promise<readonly Acted[]> {
  const due = looked.filter((each) => isPayable(each, context, complaints.has(orderOf(each))))
  const pairs = due.filter(({ terms }) => terms.late?.pair !== undefined)
  const before = [...(await paidToPairs(tx, pairs.map(pairOf)))]
  const paid = new Map<Looked, LateCompensation>()
  for (const each of due) {
    const { late } = each.terms
    if (late === undefined) continue
    const ofPair = before.filter((other) => isSamePair(other, each.shipment))
    const isByComplaint = complaints.has(orderOf(each))
    const decided = decideCompensation(each, late, ofPair, context, isByComplaint)
    const member = members.get(each.shipment.memberId)
    const isOpen = member !== undefined && member.status === 'active' && !member.isErased
    paid.set(each, isOpen ? decided : { ...decided, status: 'refused' })
    if (isOpen) before.push(decided)
  }
  const back = looked.filter(isToTakeBack)
  await post(tx, context, paid, back)
  const acted = looked.map((each) => actedOn(each, paid.get(each), back.includes(each), context))
  await upsertCompensations(
    tx,
    acted.flatMap(({ compensation, isNew }) => (compensation && isNew ? [compensation] : [])),
  )
  await upsertShipments(
    tx,
    acted.map((each) => each.shipment),
  )
  await tell(tx, context, looked, acted)
  return acted
}

function actedOn(
  { shipment, terms, compensation: known }: Looked,
  paid: LateCompensation | undefined,
  isBack: boolean,
  context: EventContext,
): Acted {
  const { now } = context
  const compensation = paid ?? (known && isBack ? takenBack(known, terms, now) : known)
  const next = shipment.status === 'waiting' && isReminderDue(shipment, terms, context)
  const told = {
    ...shipment,
    isReminded: shipment.isReminded || next,
    isToldLate: shipment.isToldLate || shipment.status === 'late',
  }
  const dueAt = nextLook(told, terms, compensation, context)
  return { shipment: { ...told, dueAt }, compensation, terms, isNew: compensation !== known }
}

function takenBack(
  compensation: LateCompensation,
  { late }: Looked['terms'],
  now: Temporal.Instant,
): LateCompensation {
  if (late?.toldLater === 'keep') return { ...compensation, status: 'kept' }
  return { ...compensation, status: 'takenBack', takenBackAt: now }
}

function isReminderDue(shipment: Shipment, terms: Looked['terms'], context: EventContext): boolean {
  const at = shipment.isReminded ? null : nextLook(shipment, terms, undefined, context)
  return at !== null && !isBefore(context.now, at)
}

/** SH-13: late, not paid yet, and it is time. */
function isPayable(
  { shipment, terms: { late }, compensation }: Looked,
  { now, market }: EventContext,
  isByComplaint: boolean,
): boolean {
  const { status, lateSince } = shipment
  if (status !== 'late' || lateSince === null) return false
  if (late === undefined || compensation !== undefined) return false
  if (isByComplaint) return true
  if (late.pays === 'onComplaint') return false
  return !isBefore(now, inZone(lateSince, late.waits, market.zone, 'add'))
}

function isToTakeBack({ shipment, compensation }: Looked): boolean {
  return isUndue(shipment, compensation)
}

async function post(
  tx: Writer,
  context: EventContext,
  paid: Map<Looked, LateCompensation>,
  back: readonly Looked[],
): Promise<void> {
  const earning = [...paid].filter(([, { status }]) => status === 'paid')
  const undone = back.flatMap(({ terms, compensation }) =>
    compensation === undefined || terms.late?.toldLater === 'keep' ? [] : [compensation],
  )
  const commands = [
    ...earning.map(([, compensation]) => payCommand(compensation, context)),
    ...undone.map((compensation) => takeBackCommand(compensation, context)),
  ]
  if (commands.length === 0) return
  const answers = await postCommands(tx, commands)
  // A wallet can be sealed by itself: then the shop owes nothing that could be booked.
  for (const [at, [looked, compensation]] of earning.entries()) {
    if (answers[at]?.ok === false) paid.set(looked, { ...compensation, status: 'refused' })
  }
}

async function tell(
  tx: Writer,
  { now }: EventContext,
  looked: readonly Looked[],
  acted: readonly Acted[],
): Promise<void> {
  const before = new Map(looked.map((each) => [nameOf(each.shipment), each.shipment]))
  const changed = acted.map((each) => {
    return { ...each, was: before.get(nameOf(each.shipment)) }
  })
  const compensations = acted.flatMap(({ compensation, isNew }) =>
    compensation && isNew ? [compensation] : [],
  )
  const paid = compensations.filter(({ status }) => status === 'paid')
  const back = compensations.filter(({ status }) => status === 'takenBack')
  await announceToShops(tx, [
    ...changed.flatMap(({ shipment, was }) => [
      ...(shipment.isReminded && was?.isReminded === false ? [reminderNotice(shipment, now)] : []),
      ...(shipment.isToldLate && was?.isToldLate === false ? [lateNotice(shipment, now)] : []),
    ]),
    ...paid.map((each) => compensatedNotices(each).shop),
    ...back.map((each) => takenBackNotices(each, now).shop),
  ])
  await announce(tx, [
    ...paid.map((each) => compensatedNotices(each).member),
    ...back.map((each) => takenBackNotices(each, now).member),
  ])
}

function orderOf({ shipment }: Looked): string {
  return shipment.orderId
}

function pairOf({ shipment: { memberId, shopId } }: Looked) {
  return { memberId, shopId }
}

function isSamePair(other: LateCompensation, { memberId, shopId }: Shipment): boolean {
  return other.memberId === memberId && other.shopId === shopId
}
