import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import {
  contentOf,
  fileById,
  insertFile,
  insertFileRows,
  lockFile,
  openFiles,
  updateFile,
  type DeclarationFile,
  type FileKey,
  type FileRow,
} from '#db/declarations/files.ts'
import { undoRefused } from '#operations/_refused.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { decode, readTable, type TableRow } from '#operations/declarations/_read-table.ts'
import { declareItems, type ItemDeclared } from '#operations/declarations/declare-items.ts'
import {
  declaringShop,
  type NotDeclaring,
  type ShopInCampaign,
} from '#operations/declarations/declare-item.ts'
import { refusedFacts } from '#operations/declarations/refused-facts.ts'
import type { DeclarationContext } from '#operations/declarations/declaration-setting.ts'
import { assert } from '#rules/assert.ts'
import type { DeclarationAsked } from '#rules/campaigns/declarations/declaration.ts'
import { readHead, readRow, type FileHead } from '#rules/campaigns/declarations/file-rows.ts'

/** Rows decided and recorded in one transaction. */
const rowsAtOnce = 1_000
const filesAtOnce = 20

/** A file has so many rows at most. */
export const mostRows = 200_000

export type FileReceived =
  | { readonly ok: true; readonly file: DeclarationFile; readonly isNew: boolean }
  | NotDeclaring
  | { readonly ok: false; readonly refusal: 'requests/key-reused' }

/**
 * Keeps a file of declarations to be worked off (DL-13): by `workFile`, or by the job that calls
 * `settleDeclarationFiles`. The same under the same key is the file that was received before.
 */
export async function receiveFile(
  context: DeclarationContext,
  where: ShopInCampaign,
  {
    content,
    caller,
    key,
    at,
  }: {
    readonly content: Buffer
    readonly caller: string
    readonly key: string
    readonly at: Temporal.Instant
  },
): Promise<FileReceived> {
  const { shopId, campaign } = where
  const fileId = hash('sha256', JSON.stringify([campaign, caller, key]), 'base64url').slice(0, 22)
  const fingerprint = hash('sha256', content)
  return await undoRefused<FileReceived>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const declaring = await declaringShop(tx, context, where, at)
      if (!declaring.ok) return declaring
      const named = { shopId, fileId, campaign, actor: caller, fingerprint, receivedAt: at }
      const isNew = await insertFile(tx, named, content)
      const file = await fileById(tx, { shopId, fileId })
      assert(file !== undefined, 'a file that was received is kept')
      if (file.fingerprint !== fingerprint) return { ok: false, refusal: 'requests/key-reused' }
      return { ok: true, file, isNew }
    },
  )
}

/** Works off the files that wait, by the clock of the business. Returns how many were finished. */
export async function settleDeclarationFiles(
  context: DeclarationContext,
  now: Temporal.Instant,
  stopping: AbortSignal,
): Promise<number> {
  const find = async (limit: number): Promise<FileKey[]> =>
    stopping.aborted ? [] : await openFiles(context.db, limit)
  return await settleEach(
    { find, nameOf: ({ shopId, fileId }) => `${shopId}/${fileId}`, atOnce: filesAtOnce },
    (key) => workFile(context, key, now, { stopping }),
  )
}

/**
 * Works a file off from the row that it has reached, a transaction for so many rows: what lands and how far
 * it came are one, so that a run that was killed goes on where it was (DL-14). Rows are decided
 * as of when the file was received.
 */
export async function workFile(
  context: DeclarationContext,
  key: FileKey,
  now: Temporal.Instant,
  watch: {
    readonly stopping?: AbortSignal
    readonly onProgress?: (file: DeclarationFile) => void
  } = {},
): Promise<DeclarationFile | undefined> {
  const file = await fileById(context.db, key)
  if (file === undefined || file.endedAt !== null) return file
  const read = tableOf(await contentOf(context.db, key))
  for (;;) {
    const after = await transact(context.db, async (tx) => {
      const locked = await lockFile(tx, key)
      if (locked === undefined || locked.endedAt !== null) return locked
      return read.ok
        ? await workSome(tx, context, locked, read, now)
        : await endUnreadable(tx, locked, read.problem, now)
    })
    if (after !== undefined) watch.onProgress?.(after)
    if (after === undefined || after.endedAt !== null) return after
    if (watch.stopping?.aborted === true) return after
  }
}

type Table =
  | { readonly ok: true; readonly head: FileHead; readonly rows: readonly TableRow[] }
  | { readonly ok: false; readonly problem: object }

function tableOf(content: Buffer): Table {
  const decoded = decode(content)
  if (decoded === undefined) return { ok: false, problem: { problem: 'encoding' } }
  const [first, ...rows] = readTable(decoded.text)
  const head = readHead(first === undefined || first.isBad ? [] : first.cells)
  if (!head.ok) {
    const { ok: _, ...problem } = head
    return { ok: false, problem }
  }
  if (rows.length > mostRows) {
    return { ok: false, problem: { problem: 'too-many-rows', most: mostRows } }
  }
  return { ok: true, head: head.head, rows }
}

async function endUnreadable(
  tx: Writer,
  file: DeclarationFile,
  problem: object,
  now: Temporal.Instant,
): Promise<DeclarationFile> {
  const ended = { ...file, status: 'unreadable' as const, problem, endedAt: now }
  await updateFile(tx, ended)
  return ended
}

async function workSome(
  tx: Writer,
  context: DeclarationContext,
  file: DeclarationFile,
  { head, rows }: Extract<Table, { ok: true }>,
  now: Temporal.Instant,
): Promise<DeclarationFile> {
  const { minorDigits } = context.market
  const some = rows.slice(file.rowsDone, file.rowsDone + rowsAtOnce)
  const read = some.map((row) => (row.isBad ? undefined : readRow(row.cells, head, minorDigits)))
  const asked = read.flatMap((row) => (row?.ok === true ? [row.asked] : []))
  const answers = await answersFor(tx, context, file, asked)
  let next = 0
  const outcomes = some.map((row, index): FileRow => {
    const place = { n: file.rowsDone + index + 1, line: row.line }
    const one = read[index]
    if (row.isBad || one === undefined) return badRow(place, row)
    if (!one.ok) {
      const { field, refusal, value, sku } = one
      const named = { kind: null, sku: sku === '' ? null : sku }
      return { ...place, ...named, outcome: 'refused', field, refusal, facts: { value } }
    }
    const answer = answers[next]
    next += 1
    assert(answer !== undefined, 'every row that is asked is answered')
    return rowOf(place, one.asked, answer, context)
  })
  const rowsDone = file.rowsDone + some.length
  const isDone = rowsDone >= rows.length
  const count = (outcome: FileRow['outcome']): number =>
    file[outcome] + outcomes.filter((each) => each.outcome === outcome).length
  const after: DeclarationFile = {
    ...file,
    status: isDone ? 'done' : 'working',
    rowsFound: rows.length,
    rowsDone,
    declared: count('declared'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    endedAt: isDone ? now : null,
  }
  await Promise.all([insertFileRows(tx, file, outcomes), updateFile(tx, after)])
  return after
}

type RowAnswer = ItemDeclared | NotDeclaring

async function answersFor(
  tx: Writer,
  context: DeclarationContext,
  file: DeclarationFile,
  asked: readonly DeclarationAsked[],
): Promise<readonly RowAnswer[]> {
  if (asked.length === 0) return []
  // What was sent in time is in time, however long the files before it take.
  const at = file.receivedAt
  const declaring = await declaringShop(tx, context, file, at)
  if (!declaring.ok) return asked.map(() => declaring)
  return await declareItems(tx, context, declaring, asked, { actor: file.actor, at })
}

const noItem = { kind: null, sku: null }

type RowPlace = Pick<FileRow, 'n' | 'line'>

function badRow(place: RowPlace, row: TableRow): FileRow {
  const facts = row.isBad ? { reason: row.reason, detail: row.detail } : null
  return {
    ...place,
    ...noItem,
    outcome: 'refused',
    field: 'row',
    refusal: 'declarations/bad-row',
    facts,
  }
}

function rowOf(
  place: RowPlace,
  { kind, sku }: DeclarationAsked,
  answer: RowAnswer,
  { market }: Pick<DeclarationContext, 'market'>,
): FileRow {
  const named = { ...place, kind, sku }
  if (answer.ok) {
    const outcome = answer.what === 'withdrawn' ? 'changed' : answer.what
    return { ...named, outcome, field: null, refusal: null, facts: null }
  }
  const { refusal } = answer
  const field = 'field' in answer ? answer.field : 'shop'
  const facts = 'field' in answer ? refusedFacts(answer, market.zone) : null
  return { ...named, outcome: 'refused', field, refusal, facts }
}
