import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { lockRecruitByToken, updateRecruit, type Recruit } from '#db/governance/recruiting.ts'
import { documentsOf, insertDocuments } from '#db/governance/reviews.ts'
import { transact } from '#operations/_transact.ts'
import { turnRecruit } from '#operations/recruiting/_turn.ts'
import { lockSettledRecruit } from '#operations/recruiting/_settle.ts'
import { digestOfToken } from '#operations/recruiting/invite.ts'
import {
  recruitingAt,
  recruitingOf,
  recruitRefusedBy,
  reviewOfRecruit,
  rulesFor,
  type RecruitingContext,
  type RecruitTurned,
} from '#operations/recruiting/recruiting-policy.ts'
import type { Document } from '#rules/merchants/review/documents.ts'
import { begun, submitted, withdrawn } from '#rules/merchants/review/review.ts'
import { accepts, signed } from '#rules/merchants/recruiting/steps.ts'

/** Accepts an invitation by its token, for a merchant (RC-2); again by the same it changes nothing. */
export async function acceptInvitation(
  { db, policies, market }: RecruitingContext,
  asked: {
    readonly merchantId: string
    readonly token: string
    readonly name: string
    readonly legalEntity: string
    readonly at: Temporal.Instant
  },
): Promise<RecruitTurned> {
  const { merchantId, token, name, legalEntity, at } = asked
  const digest = digestOfToken(token)
  return await transact(db, async (tx): Promise<RecruitTurned> => {
    const recruit = await lockRecruitByToken(tx, digest)
    if (recruit?.merchantId === merchantId) return { ok: true, recruit }
    if (recruit === undefined || !accepts(recruit, digest, at)) {
      return { ok: false, refusal: 'recruiting/token-not-valid' }
    }
    const review = begun(rulesFor(policies, recruit), { at, zone: market.zone })
    const company = { merchantId, merchantName: name, legalEntity, acceptedAt: at }
    const accepted: Recruit = { ...recruit, ...review, ...company }
    await updateRecruit(tx, accepted)
    return { ok: true, recruit: accepted }
  })
}

type OfMerchant = {
  readonly merchantId: string
  readonly invitationId: string
  readonly at: Temporal.Instant
}

/** Adds documents to what a merchant may still complete; the same again changes nothing. */
export async function addRecruitingDocuments(
  context: RecruitingContext,
  given: OfMerchant & { readonly documents: readonly Document[]; readonly caller: string },
): Promise<RecruitTurned> {
  return await ofMerchant(context, given, async (tx, recruit) => {
    if (!['draft', 'supplement', 'rejected'].includes(recruit.status)) return wrongStatus
    const { caller: by, at } = given
    await insertDocuments(tx, recruit.invitationId, given.documents, { by, at })
    return { ok: true, recruit }
  })
}

/** Hands in what was asked for (RV-1, RV-7, RV-8). */
export async function submitRecruiting(
  context: RecruitingContext,
  asked: OfMerchant,
): Promise<RecruitTurned> {
  return await ofMerchant(context, asked, async (tx, recruit) => {
    const rules = rulesFor(context.policies, recruit)
    const documents = await documentsOf(tx, recruit.invitationId)
    const moment = { at: asked.at, zone: context.market.zone }
    const handedIn = submitted(rules, reviewOfRecruit(recruit), documents, moment)
    if (!handedIn.ok) return recruitRefusedBy(handedIn)
    const { stages } = rules
    const turned = await turnRecruit(tx, recruit, handedIn.review, { stages, at: asked.at })
    return { ok: true, recruit: turned }
  })
}

/** Declines what was accepted, as long as there is no shop (RV-9); again changes nothing. */
export async function withdrawRecruiting(
  context: RecruitingContext,
  asked: OfMerchant,
): Promise<RecruitTurned> {
  return await ofMerchant(context, asked, async (tx, recruit) => {
    if (recruit.status === 'withdrawn') return { ok: true, recruit }
    if (recruit.status === 'opened') return wrongStatus
    const taken = withdrawn(reviewOfRecruit(recruit))
    if (!taken.ok) return recruitRefusedBy(taken)
    const turned = await turnRecruit(tx, recruit, taken.review, { stages: [], at: asked.at })
    return { ok: true, recruit: turned }
  })
}

/** Signs the contract in the version in force (RC-5); again the same changes nothing. */
export async function signContract(
  context: RecruitingContext,
  asked: OfMerchant & { readonly version: string; readonly caller: string },
): Promise<RecruitTurned> {
  const { policies, market } = context
  const { version, at } = asked
  const inForce = recruitingAt(policies, at)
  return await ofMerchant(context, asked, async (tx, recruit) => {
    if (recruit.contractVersion === version) return { ok: true, recruit }
    const policy = inForce?.policy ?? recruitingOf(policies, recruit)
    const signing = signed(policy, recruit, version, { at, zone: market.zone })
    if (!signing.ok) return signing
    const contractSha256 = digestOfContract(policy.contract.text)
    const contract = { contractVersion: version, contractSha256, signedBy: asked.caller }
    const step = { status: 'signed', signedAt: at, dueAt: signing.dueAt } as const
    const after: Recruit = { ...recruit, ...contract, ...step }
    await updateRecruit(tx, after)
    return { ok: true, recruit: after }
  })
}

/** The digest of a contract: of both languages. */
export function digestOfContract(text: { readonly zh: string; readonly en: string }): string {
  return hash('sha256', JSON.stringify([text.zh, text.en]))
}

const wrongStatus = { ok: false, refusal: 'recruiting/wrong-status' } as const

async function ofMerchant(
  context: RecruitingContext,
  { merchantId, invitationId, at }: OfMerchant,
  operation: (tx: Writer, recruit: Recruit) => Promise<RecruitTurned>,
): Promise<RecruitTurned> {
  return await transact(context.db, async (tx): Promise<RecruitTurned> => {
    const recruit = await lockSettledRecruit(tx, context, invitationId, at)
    if (recruit?.merchantId !== merchantId) return { ok: false, refusal: 'recruiting/unknown' }
    return await operation(tx, recruit)
  })
}
