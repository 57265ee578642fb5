import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

export type PolicyStatus = 'draft' | 'approved' | 'withdrawn'

/** One version of a policy, with its body as the JSON text that was drafted. */
export type PolicyRow = {
  readonly name: string
  readonly version: number
  readonly status: PolicyStatus
  readonly body: string
  readonly note: string
  readonly author: string
  readonly draftedAt: Temporal.Instant
  readonly approver: string | null
  readonly approvedAt: Temporal.Instant | null
  readonly effectiveAt: Temporal.Instant | null
}

/** Versions of one policy or of all, by name and version; with a filter, only those. */
export async function policyVersions(
  db: Reader,
  filter: {
    readonly name?: string
    readonly status?: PolicyStatus
    /** Only those approved after so many approvals. */
    readonly sinceChange?: number
  } = {},
): Promise<PolicyRow[]> {
  let query = db.selectFrom('jifen.policy').selectAll().orderBy('name').orderBy('version')
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.sinceChange !== undefined) {
    query = query.where('change_number', '>', filter.sinceChange)
  }
  const rows = await query.execute()
  return rows.map((row) => ({
    name: row.name,
    version: row.version,
    status: row.status as PolicyStatus,
    body: row.body,
    note: row.note,
    author: row.author,
    draftedAt: row.drafted_at,
    approver: row.approver,
    approvedAt: row.approved_at,
    effectiveAt: row.effective_at,
  }))
}

/**
 * Locks the policies' one counter, so that drafting, approving and withdrawing take turns, and
 * returns how many approvals there were.
 */
export async function lockPolicies(tx: Writer): Promise<number> {
  const row = await tx
    .selectFrom('jifen.policy_change')
    .select('number')
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.number
}

/** How many approvals there were: changes whenever another version becomes known. */
export async function policyChanges(db: Reader): Promise<number> {
  const row = await db.selectFrom('jifen.policy_change').select('number').executeTakeFirstOrThrow()
  return row.number
}

/** Writes a draft under the next version of its name, and returns that version. */
export async function insertDraft(
  tx: Writer,
  draft: Pick<PolicyRow, 'name' | 'body' | 'note' | 'author' | 'draftedAt'>,
): Promise<number> {
  const rows = await sql<{ version: number }>`
    insert into jifen.policy (name, version, status, body, note, author, drafted_at)
    select ${draft.name}, coalesce(max(version), 0) + 1, 'draft', ${draft.body}::json,
      ${draft.note}, ${draft.author}, ${draft.draftedAt.toString()}::timestamptz
    from jifen.policy
    where name = ${draft.name}
    returning version
  `.execute(tx)
  return rows.rows[0]?.version ?? 0
}

/** Turns a draft into an approved version: the one after `number` approvals. */
export async function recordApproval(
  tx: Writer,
  number: number,
  approval: {
    readonly name: string
    readonly version: number
    readonly approver: string
    readonly approvedAt: Temporal.Instant
    readonly effectiveAt: Temporal.Instant
  },
): Promise<void> {
  await tx
    .updateTable('jifen.policy')
    .set({
      status: 'approved',
      approver: approval.approver,
      approved_at: approval.approvedAt.toString(),
      effective_at: approval.effectiveAt.toString(),
      change_number: number + 1,
    })
    .where('name', '=', approval.name)
    .where('version', '=', approval.version)
    .execute()
  await tx
    .updateTable('jifen.policy_change')
    .set({ number: number + 1 })
    .execute()
}

/** Marks a draft as withdrawn. */
export async function recordWithdrawal(tx: Writer, name: string, version: number): Promise<void> {
  await tx
    .updateTable('jifen.policy')
    .set({ status: 'withdrawn' })
    .where('name', '=', name)
    .where('version', '=', version)
    .execute()
}
