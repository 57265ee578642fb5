import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { lockEnrolment, updateEnrolments, type Enrolment } from '#db/enrolment/enrolments.ts'
import { insertEnrolmentEvents } from '#db/enrolment/records.ts'
import { lockEnrolmentRound } from '#db/enrolment/round.ts'
import { putSupplement, supplementsDone } from '#db/enrolment/supplements.ts'
import type { Shop } from '#db/shops/shops.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { nextLook, placesLeft, takePlace } from '#operations/enrolment/_approve.ts'
import type { EnrolmentRequest } from '#operations/enrolment/apply-for-campaign.ts'
import { placedAs } from '#operations/enrolment/review-enrolment.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
  type NoEnrolmentTerms,
} from '#operations/enrolment/terms.ts'
import { beginKeyedForShop, type ShopBegun } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import {
  checkSteps,
  type ChosenStep,
  type StepsChecked,
} from '#rules/campaigns/enrolment/allowance-steps.ts'
import { supplementsFor, type DueSupplement } from '#rules/campaigns/enrolment/supplements.ts'
import type { Supplement } from '#rules/campaigns/policy.ts'
import { isInside } from '#rules/time/instants.ts'

/** What a shop says with a supplement: of its kind what is needed, and nothing else. */
export type SupplementSaid = {
  /** Of an agreement: the version of the text that was read, and its SHA-256. */
  readonly version?: string | undefined
  readonly hash?: string | undefined
  readonly steps?: readonly ChosenStep[] | undefined
  readonly identity?: string | undefined
}

export type SupplementDone =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | NoEnrolmentTerms
  | Extract<ShopBegun, { ok: false }>
  | Extract<StepsChecked, { ok: false }>
  | {
      readonly ok: false
      readonly refusal: 'enrolment/window-closed'
      readonly from: Temporal.Instant
      readonly to: Temporal.Instant
    }
  | {
      readonly ok: false
      readonly refusal:
        | 'enrolment/unknown'
        | 'enrolment/not-approved'
        | 'enrolment/unknown-supplement'
        | 'enrolment/supplement-does-not-fit'
        | 'enrolment/text-changed'
        | 'enrolment/wrong-identity'
        | 'enrolment/no-place'
    }

/** The SHA-256 of what is signed: version and both texts, each on lines of its own. */
export function textHash({ version, zh, en }: NonNullable<Supplement['text']>): string {
  return hash('sha256', `${version}\n${zh}\n${en}`)
}

/**
 * An approved shop does one of its supplements, inside its window alone (EL-11): signs an agreement as it
 * reads now, sets the steps of its allowance (EL-12), confirms what it takes part as. What was signed
 * stays as it was signed; steps and identity can be changed while the window is open.
 */
export async function doSupplement(
  context: EnrolmentContext,
  request: EnrolmentRequest & { readonly supplement: string; readonly said: SupplementSaid },
): Promise<SupplementDone> {
  const { campaign, supplement, said, at } = request
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  return await undoRefused<SupplementDone>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      // What changes its pool of places: the lock of all shops comes before that of one.
      if (said.identity !== undefined) await lockEnrolmentRound(tx, campaign, terms.policies)
      const asked = digestOf(['enrolment/supplement', campaign, supplement, said])
      const begun = await beginKeyedForShop(tx, request, asked)
      if (!begun.ok) return begun
      const enrolment = await lockEnrolment(tx, campaign, request.shopId)
      if (enrolment === undefined) return { ok: false, refusal: 'enrolment/unknown' }
      if (begun.isAgain) return { ok: true, enrolment }
      return await doIt(tx, context, terms, { request, shop: begun.shop, enrolment })
    },
  )
}

async function doIt(
  tx: Writer,
  context: EnrolmentContext,
  terms: EnrolmentTermsAt,
  of: {
    readonly request: EnrolmentRequest & {
      readonly supplement: string
      readonly said: SupplementSaid
    }
    readonly shop: Shop
    readonly enrolment: Enrolment
  },
): Promise<SupplementDone> {
  const { request, shop, enrolment } = of
  const { campaign, shopId, caller, supplement: name, said, at } = request
  const due = supplementsFor(terms.campaign, enrolment.extendedTo).find(
    (each) => each.name === name,
  )
  if (due === undefined) return { ok: false, refusal: 'enrolment/unknown-supplement' }
  if (enrolment.status !== 'approved') return { ok: false, refusal: 'enrolment/not-approved' }
  const { from, to } = due
  const opensAt = enrolment.extendedTo === null ? from : enrolment.appliedAt
  if (!isInside(at, { from: opensAt, to })) {
    return { ok: false, refusal: 'enrolment/window-closed', from, to }
  }
  const read = readSaid(terms, due, shop, enrolment, said)
  if (!read.ok) return read
  const placed = await confirmed(tx, terms, enrolment, due.kind, said)
  if (!placed.ok) return placed

  await putSupplement(tx, {
    campaign,
    shopId,
    attempt: enrolment.attempt,
    name,
    kind: due.kind,
    doneAt: at,
    doneBy: caller,
    textVersion: due.text?.version ?? null,
    textHash: due.text === undefined ? null : textHash(due.text),
    detail: read.detail,
  })
  const done = (await supplementsDone(tx, campaign, [shopId])).get(shopId) ?? []
  const names = new Set(done.map((each) => each.name))
  const dueAt = nextLook(context, terms, placed.enrolment, names)
  const changed: Enrolment = { ...placed.enrolment, dueAt, changedAt: at }
  await updateEnrolments(tx, [changed])
  const event = { kind: 'supplement', actor: caller, detail: { name, ...said } }
  const { attempt } = enrolment
  await insertEnrolmentEvents(tx, [{ campaign, shopId, attempt, at, ...event }])
  return { ok: true, enrolment: changed }
}

type Read =
  { readonly ok: true; readonly detail: string | null } | Extract<SupplementDone, { ok: false }>

/** Whether what is said is what this kind of supplement needs, and is right. */
function readSaid(
  { campaign }: EnrolmentTermsAt,
  due: DueSupplement,
  shop: Shop,
  { identities }: Enrolment,
  said: SupplementSaid,
): Read {
  const unfit = { ok: false, refusal: 'enrolment/supplement-does-not-fit' } as const
  const { version, hash: signed, steps, identity } = said
  const isSigning = version !== undefined || signed !== undefined
  switch (due.kind) {
    case 'agreement': {
      if (steps !== undefined || identity !== undefined || due.text === undefined) return unfit
      if (version === undefined || signed === undefined) return unfit
      const isAsRead = version === due.text.version && signed === textHash(due.text)
      return isAsRead
        ? { ok: true, detail: null }
        : { ok: false, refusal: 'enrolment/text-changed' }
    }
    case 'allowanceSteps': {
      if (isSigning || identity !== undefined || steps === undefined) return unfit
      const { steps: offered = [], excludedCategories = [] } = campaign.allowance ?? {}
      const choice = { steps: offered, excludedCategories, categories: shop.categories }
      const checked = checkSteps(steps, choice)
      return checked.ok ? { ok: true, detail: JSON.stringify(steps) } : checked
    }
    case 'identity': {
      if (isSigning || steps !== undefined || identity === undefined) return unfit
      if (!identities.includes(identity)) return { ok: false, refusal: 'enrolment/wrong-identity' }
      return { ok: true, detail: JSON.stringify({ identity }) }
    }
    case 'confirmation':
      return isSigning || steps !== undefined || identity !== undefined
        ? unfit
        : { ok: true, detail: null }
  }
}

/** Confirmed as something else, it takes its place from another pool, if there is one left. */
async function confirmed(
  tx: Writer,
  terms: EnrolmentTermsAt,
  enrolment: Enrolment,
  kind: Supplement['kind'],
  { identity }: SupplementSaid,
): Promise<
  | { readonly ok: true; readonly enrolment: Enrolment }
  | { readonly ok: false; readonly refusal: 'enrolment/no-place' }
> {
  if (kind !== 'identity' || identity === undefined) return { ok: true, enrolment }
  const placed = placedAs(terms, enrolment, identity)
  if (placed.pool === enrolment.pool) return { ok: true, enrolment: placed }
  const left = await placesLeft(tx, terms)
  if (!takePlace(left, placed)) return { ok: false, refusal: 'enrolment/no-place' }
  return { ok: true, enrolment: placed }
}
