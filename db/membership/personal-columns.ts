import { CompiledQuery } from 'kysely'
import type { Writer } from '#db/connection.ts'

/** What of a table's rows of a member is personal, and how it is removed. */
type Removal =
  | {
      readonly table: string
      readonly deletes: true
      /** The column that names the member, where it is not `member_id`. */
      readonly of?: string
      readonly why: string
    }
  | {
      readonly table: string
      /** Column and the value that takes its place, in SQL. */
      readonly sets: Readonly<Record<string, string>>
      readonly where?: string
      readonly why: string
    }

/** Keys of facts that carry what a person wrote or what tells of the person. */
const personalKeys = ['nickname', 'reason', 'subject', 'device', 'reviewId']

const withoutWords = (column: string): string =>
  `(${column}::jsonb - array[${personalKeys.map((key) => `'${key}'`).join(', ')}])::json`

/** A refusal has a reason for ever, though nobody can read it any more. */
const emptied = (column: string): string => `case when ${column} is null then null else '' end`

/**
 * Every column that may hold something personal besides the pseudonymous id. What else there is of a
 * member are ids, amounts, instants and names of rules: the books.
 */
export const removals: readonly Removal[] = [
  { table: 'member', sets: { nickname: 'null' }, why: 'the name shown' },
  {
    table: 'member_event',
    sets: { data: withoutWords('data'), fingerprint: `''` },
    why: 'names, reasons, subjects and devices of facts, and the digest over them',
  },
  { table: 'idempotency', deletes: true, why: 'keys that callers made up' },
  { table: 'entry_reason', deletes: true, why: 'what was written about postings' },
  {
    table: 'trade',
    sets: { close_reason: `'erased'` },
    where: `close_reason is not null and close_reason not in ('returned', 'ordersClosed', 'unpaid')`,
    why: 'what was written about a closing',
  },
  { table: 'code_failure', deletes: true, why: 'behaviour' },
  { table: 'announcement', sets: { data: `'{}'` }, why: 'what the member was told' },
  {
    table: 'tier_grant',
    sets: {
      cause: withoutWords('cause'),
      end_cause: `case when end_cause is null then null else ${withoutWords('end_cause')} end`,
    },
    why: 'reasons of operators',
  },
  { table: 'tier_change', sets: { cause: withoutWords('cause') }, why: 'reasons of operators' },
  {
    table: 'invitation_candidate',
    sets: { reason: emptied('reason') },
    why: 'reasons of reviewers',
  },
  {
    table: 'tier_match',
    sets: { reason: emptied('reason'), evidence_hash: `repeat('0', 64)` },
    why: 'reasons of reviewers, and proofs of tiers elsewhere, as hashes',
  },
  {
    table: 'tier_match_evidence',
    deletes: true,
    of: 'matched_member',
    why: 'proofs of tiers elsewhere, as hashes',
  },
  { table: 'device_sighting', deletes: true, why: 'devices, as hashes' },
  { table: 'ring_flag', deletes: true, why: 'devices, as hashes' },
  { table: 'suspicion', sets: { ring: `''` }, why: 'devices, as hashes' },
  { table: 'suspicion_decision', sets: { reason: `''` }, why: 'reasons of reviewers' },
  { table: 'return_request', sets: { note: 'null' }, why: 'what was written about a return' },
  {
    table: 'return_step',
    sets: { told: `'{}'`, note: 'null' },
    why: 'what was written about a return, and numbers of parcels',
  },
  { table: 'member_ending', sets: { reason: 'null' }, why: 'reasons of sealings' },
]

/** Removes everything personal of a member who is locked. */
export async function removePerson(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
): Promise<void> {
  for (const removal of removals) {
    await tx.executeQuery(CompiledQuery.raw(statementOf(removal), [memberId]))
  }
  const erase = 'update jifen.member set erased_at = $2::timestamptz where member_id = $1'
  await tx.executeQuery(CompiledQuery.raw(erase, [memberId, at.toString()]))
}

function statementOf(removal: Removal): string {
  const { table } = removal
  if ('deletes' in removal) {
    return `delete from jifen.${table} where ${removal.of ?? 'member_id'} = $1`
  }
  const sets = Object.entries(removal.sets).map(([column, value]) => `${column} = ${value}`)
  const more = removal.where === undefined ? '' : ` and ${removal.where}`
  return `update jifen.${table} set ${sets.join(', ')} where member_id = $1${more}`
}
