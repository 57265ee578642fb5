import type { Database, Writer } from '#db/connection.ts'
import { insertDraft, lockPolicies } from '#db/policies.ts'
import { transact } from '#operations/_transact.ts'
import { problemsBesideOthers } from '#operations/policies/_beside-others.ts'
import { parsePolicy, type ParsedPolicy } from '#rules/policies/catalogue.ts'

export type DraftPolicy = {
  readonly name: string
  readonly body: unknown
  readonly note: string
  readonly author: string
  readonly at: Temporal.Instant
}

export type Drafted =
  | { readonly ok: true; readonly name: string; readonly version: number }
  | Extract<ParsedPolicy, { ok: false }>

/** Writes a new draft of a policy; a body that does not fit its schema, or the others, is refused with the paths. */
export async function draftPolicy(db: Database, draft: DraftPolicy): Promise<Drafted> {
  return await transact(db, (tx) => draftPolicyIn(tx, draft))
}

/** As `draftPolicy`, in a transaction of the caller's. */
export async function draftPolicyIn(tx: Writer, draft: DraftPolicy): Promise<Drafted> {
  const parsed = parsePolicy(draft.name, draft.body)
  if (!parsed.ok) return parsed

  await lockPolicies(tx)
  const problems = await problemsBesideOthers(tx, draft)
  if (problems.length > 0) return { ok: false, refusal: 'policies/invalid', problems }

  const version = await insertDraft(tx, {
    name: draft.name,
    body: JSON.stringify(draft.body),
    note: draft.note,
    author: draft.author,
    draftedAt: draft.at,
  })
  return { ok: true, name: draft.name, version }
}
