import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** What names a file of declarations. */
export type FileKey = { readonly shopId: string; readonly fileId: string }

/** How far a file is worked off, and what its rows came to. */
export type DeclarationFile = FileKey & {
  readonly campaign: string
  readonly actor: string
  readonly fingerprint: string
  readonly status: 'waiting' | 'working' | 'done' | 'unreadable'
  /** Why the file cannot be read. */
  readonly problem: object | null
  readonly rowsFound: number | null
  readonly rowsDone: number
  readonly declared: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: number
  readonly receivedAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
}

/** What became of a row. */
export type FileRow = {
  /** Its place among the rows of the file. */
  readonly n: number
  /** The line on which it begins, the head being 1. */
  readonly line: number
  readonly outcome: 'declared' | 'changed' | 'unchanged' | 'refused'
  readonly kind: string | null
  readonly sku: string | null
  readonly field: string | null
  readonly refusal: string | null
  readonly facts: object | null
}

/** Keeps a file as it was sent; `false` when there is one of that name. */
export async function insertFile(
  tx: Writer,
  file: Pick<
    DeclarationFile,
    'shopId' | 'fileId' | 'campaign' | 'actor' | 'fingerprint' | 'receivedAt'
  >,
  content: Buffer,
): Promise<boolean> {
  const { shopId, fileId, campaign, actor, fingerprint, receivedAt } = file
  const made = await sql`
    insert into jifen.declaration_file
      (shop_id, file_id, campaign, actor, fingerprint, content, status, received_at)
    values (${shopId}, ${fileId}, ${campaign}, ${actor}, ${fingerprint}, ${content}, 'waiting',
      ${receivedAt.toString()}::timestamptz)
    on conflict (shop_id, file_id) do nothing
  `.execute(tx)
  return made.numAffectedRows === 1n
}

/** A file as it stands; `undefined`: the shop has none of that name. */
export async function fileById(
  db: Reader,
  { shopId, fileId }: FileKey,
): Promise<DeclarationFile | undefined> {
  const rows = await sql<FileColumns>`
    select ${fileColumns} from jifen.declaration_file
    where shop_id = ${shopId} and file_id = ${fileId}
  `.execute(db)
  return rows.rows.map(fileOf)[0]
}

/** As `fileById`, locked, so that one process works at it. */
export async function lockFile(tx: Writer, key: FileKey): Promise<DeclarationFile | undefined> {
  const rows = await sql<FileColumns>`
    select ${fileColumns} from jifen.declaration_file
    where shop_id = ${key.shopId} and file_id = ${key.fileId}
    for no key update
  `.execute(tx)
  return rows.rows.map(fileOf)[0]
}

/** What was sent. */
export async function contentOf(db: Reader, { shopId, fileId }: FileKey): Promise<Buffer> {
  const rows = await sql<{ content: Buffer }>`
    select content from jifen.declaration_file
    where shop_id = ${shopId} and file_id = ${fileId}
  `.execute(db)
  return rows.rows[0]?.content ?? Buffer.alloc(0)
}

/** Files that are not worked off, the one received first before the others. */
export async function openFiles(db: Reader, limit: number): Promise<FileKey[]> {
  const rows = await sql<FileKey>`
    select shop_id as "shopId", file_id as "fileId"
    from jifen.declaration_file
    where ended_at is null
    order by received_at, shop_id, file_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Writes how far a locked file is worked off. */
export async function updateFile(tx: Writer, file: DeclarationFile): Promise<void> {
  await sql`
    update jifen.declaration_file
    set status = ${file.status},
      problem = ${file.problem === null ? null : JSON.stringify(file.problem)}::json,
      rows_found = ${file.rowsFound}::int,
      rows_done = ${file.rowsDone}::int,
      declared = ${file.declared}::int,
      changed = ${file.changed}::int,
      unchanged = ${file.unchanged}::int,
      refused = ${file.refused}::int,
      ended_at = ${file.endedAt?.toString() ?? null}::timestamptz
    where shop_id = ${file.shopId} and file_id = ${file.fileId}
  `.execute(tx)
}

/** Appends what became of rows. */
export async function insertFileRows(
  tx: Writer,
  { shopId, fileId }: FileKey,
  rows: readonly FileRow[],
): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      shop_id: ['text', rows.map(() => shopId)],
      file_id: ['text', rows.map(() => fileId)],
      n: ['int', rows.map((row) => row.n)],
      line: ['int', rows.map((row) => row.line)],
      outcome: ['text', rows.map((row) => row.outcome)],
      kind: ['text', rows.map((row) => row.kind)],
      sku: ['text', rows.map((row) => row.sku)],
      field: ['text', rows.map((row) => row.field)],
      refusal: ['text', rows.map((row) => row.refusal)],
      facts: ['json', rows.map(({ facts }) => facts && JSON.stringify(facts))],
    },
    (select, names) => `insert into jifen.declaration_row (${names}) ${select}`,
  )
}

/** What became of the next rows behind a place; `refused`: of those alone that were refused. */
export async function fileRowsPage(
  db: Reader,
  { shopId, fileId }: FileKey,
  { behind, isRefused }: { readonly behind: number; readonly isRefused: boolean },
  limit: number,
): Promise<FileRow[]> {
  const which = isRefused ? sql`outcome = 'refused'` : sql`true`
  const rows = await sql<Omit<FileRow, 'facts'> & { facts: string | null }>`
    select n, line, outcome, kind, sku, field, refusal, facts
    from jifen.declaration_row
    where shop_id = ${shopId} and file_id = ${fileId} and n > ${behind} and ${which}
    order by n
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => ({
    ...row,
    facts: row.facts === null ? null : (JSON.parse(row.facts) as object),
  }))
}

/** A shop's files for a campaign, the last first, behind a place. */
export async function filesPage(
  db: Reader,
  { shopId, campaign }: { readonly shopId: string; readonly campaign: string },
  behind: { readonly at: Temporal.Instant; readonly id: string } | undefined,
  limit: number,
): Promise<DeclarationFile[]> {
  const isBehind =
    behind === undefined
      ? sql`true`
      : sql`(received_at, file_id) < (${behind.at.toString()}::timestamptz, ${behind.id})`
  const rows = await sql<FileColumns>`
    select ${fileColumns} from jifen.declaration_file
    where shop_id = ${shopId} and campaign = ${campaign} and ${isBehind}
    order by received_at desc, file_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(fileOf)
}

/** All but what was sent, which is large. */
const fileColumns = sql`
  shop_id as "shopId", file_id as "fileId", campaign, actor, fingerprint, status, problem,
  rows_found as "rowsFound", rows_done as "rowsDone", declared, changed, unchanged, refused,
  received_at as "receivedAt", ended_at as "endedAt"
`

type FileColumns = Omit<DeclarationFile, 'problem'> & { problem: string | null }

function fileOf({ problem, ...row }: FileColumns): DeclarationFile {
  return { ...row, problem: problem === null ? null : (JSON.parse(problem) as object) }
}
