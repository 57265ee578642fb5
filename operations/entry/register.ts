import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'
import {
  entriesTo,
  insertEntry,
  missedBy,
  waitingBefore,
  type EventEntry,
} from '#db/entry/entries.ts'
import { knowEvent, lockEvent } from '#db/entry/events.ts'
import { undoRefused } from '#operations/_refused.ts'
import { announce } from '#operations/announcements/announce.ts'
import { joinRules } from '#operations/entry/_accepted-rules.ts'
import { holdFor } from '#operations/entry/_postings.ts'
import { entryNotice } from '#operations/entry/_told.ts'
import {
  entryName,
  eventAt,
  rulesOf,
  type EntryContext,
  type KnownEvent,
} from '#operations/entry/entry-book.ts'
import { beginClaim, sourceOf } from '#operations/issuing/claim-coupon.ts'
import { readQuotas, takeQuota, transactWithQuotas } from '#operations/issuing/quotas.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { mayRegister, type MayRegister } from '#rules/entry/entry.ts'
import type { LedgerRefusal } from '#rules/ledger/wallet.ts'

export type RegisterAsked = {
  readonly memberId: string
  /** The name of the event. */
  readonly slug: string
  /** Who asks, and under which Idempotency-Key. */
  readonly caller: string
  readonly key: string
  /** The version of the temporary rules that the member accepts: `points-event:x@1`. */
  readonly accepts?: string | undefined
  readonly at: Temporal.Instant
}

export type Registered =
  | { readonly ok: true; readonly entry: EventEntry }
  | Extract<MayRegister, { readonly ok: false }>
  | {
      readonly ok: false
      readonly refusal:
        | LedgerRefusal
        | 'entry/unknown'
        | 'entry/full'
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
      readonly short?: number
    }

/**
 * Registers a member for an event: with a place and the points held, or in the line for one (EE-1 to
 * EE-4). Once under its key; what is refused leaves nothing.
 */
export async function registerForEvent(
  context: EntryContext,
  asked: RegisterAsked,
): Promise<Registered> {
  const known = eventAt(context.policies, asked.slug, asked.at)
  if (known === undefined) return { ok: false, refusal: 'entry/unknown' }
  return await undoRefused<Registered>(
    (operation) => transactWithQuotas(context, asked.at, operation),
    (tx) => register(tx, context, known, asked),
  )
}

async function register(
  tx: Writer,
  context: EntryContext,
  known: KnownEvent,
  asked: RegisterAsked,
): Promise<Registered> {
  const { memberId, slug, accepts, at } = asked
  const event = await knowEvent(tx, slug)
  const begun = await beginClaim(tx, asked, ['entry', accepts])
  if (!begun.ok) return begun
  const before = await entriesTo(tx, memberId, slug)
  const same = before.find((each) => each.source === sourceOf(asked))
  if (same !== undefined) return { ok: true, entry: same }

  const rules = rulesOf(context.policies, known, at)
  const registrant = {
    member: await standingAt(tx, context.policies, memberId, at),
    isRegistered: before.some(({ status }) => there.has(status)),
    missedAt: known.terms.noShow === undefined ? [] : await missedBy(tx, memberId),
    accepts,
  }
  const isCalledOff = event.calledOffAt !== null
  const { zone } = context.market
  const may = mayRegister(known.terms, registrant, { isCalledOff, rules, at, zone })
  if (!may.ok) return may

  const nth = (before[0]?.nth ?? 0) + 1
  const fresh = { asked, known, nth, rules: rules ?? null }
  const isAwaited = (await waitingBefore(tx, slug)) > 0
  const placed = isAwaited ? undefined : await takePlace(tx, context, fresh)
  return placed ?? (await standInLine(tx, fresh))
}

const there: ReadonlySet<string> = new Set(['waiting', 'admitted', 'attended', 'missed'])

type Fresh = {
  readonly asked: RegisterAsked
  readonly known: KnownEvent
  readonly nth: number
  readonly rules: string | null
}

/** With a place and the points held; `undefined`: there is no place. */
async function takePlace(
  tx: Writer,
  context: EntryContext,
  fresh: Fresh,
): Promise<Registered | undefined> {
  const { asked, known } = fresh
  const { memberId, slug, at, caller } = asked
  const ofCapacity = known.terms.capacity !== undefined
  await sql`savepoint before_place`.execute(tx)
  const entry = await insertEntry(tx, { ...rowOf(fresh, 'admitted'), ofCapacity, admittedAt: at })
  const [held] = await postCommands(tx, holdFor(context.policies, entry, { actor: caller, at }))
  if (held?.ok === false && !(await isFull(tx, known))) {
    const short = held.short === undefined ? {} : { short: held.short }
    return { ok: false, refusal: held.refusal, ...short }
  }
  if (held?.ok !== false) {
    await joinRules(tx, context.policies, entry)
    await announce(tx, [entryNotice(entry, 'admitted', at)])
    const taken = !ofCapacity || (await takeQuota(tx, entryName(slug), memberId, 1)).ok
    if (taken) {
      await sql`release savepoint before_place`.execute(tx)
      return { ok: true, entry }
    }
  }
  await sql`rollback to savepoint before_place`.execute(tx)
  return undefined
}

/** Whoever has too few points may stand in the line of a full event: nothing is held of him there. */
async function isFull(tx: Writer, { event, terms }: KnownEvent): Promise<boolean> {
  if (terms.capacity === undefined) return false
  const state = (await readQuotas(tx, [entryName(event)], '')).get(entryName(event))
  return state !== undefined && state.used >= terms.capacity
}

async function standInLine(tx: Writer, fresh: Fresh): Promise<Registered> {
  const { asked, known } = fresh
  const { waitingList } = known.terms
  if (waitingList === undefined) return { ok: false, refusal: 'entry/full' }
  // Whoever moves the line up waits, and so does everybody else who joins it.
  await lockEvent(tx, asked.slug)
  const waiting = await waitingBefore(tx, asked.slug)
  if (waiting >= waitingList) return { ok: false, refusal: 'entry/full' }

  const row = { ...rowOf(fresh, 'waiting'), ofCapacity: false, admittedAt: null }
  const entry = await insertEntry(tx, row)
  await announce(tx, [entryNotice(entry, 'waiting', asked.at, { before: waiting })])
  return { ok: true, entry }
}

function rowOf({ asked, known, nth, rules }: Fresh, status: 'admitted' | 'waiting') {
  const { memberId, slug, at, accepts = null } = asked
  return {
    memberId,
    event: slug,
    nth,
    policy: known.policy,
    source: sourceOf(asked),
    status,
    points: known.terms.points,
    rules,
    registeredAt: at,
    capturedAt: null,
    checkedInAt: null,
    cause: JSON.stringify({ policy: known.policy, accepts }),
  }
}
