import { createReadStream, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { StartError } from '#cli/postgres/start-error.ts'
import type { Reader } from '#db/connection.ts'
import { countMembers, membersAfter } from '#db/issuing/allowances.ts'
import { MemberIdSchema } from '#rules/fields.ts'
import { fenFromText, type Fen } from '#rules/money/fen.ts'

/** Who is to get something; the amount where the file says one. */
export type Recipient = { readonly memberId: string; readonly amount?: Fen }

/** A line of the file that names no recipient. */
export type BadLine = { readonly line: number; readonly text: string }

/** Recipients one after the other, and how far along they are. */
export type Recipients = {
  /** What `done` counts up to. */
  readonly total: number
  readonly each: AsyncIterable<Recipient>
  /** How much of the total was read. */
  readonly done: () => number
  readonly bad: readonly BadLine[]
}

const membersAtOnce = 5_000

/** All active members, in the order of their ids. */
export async function allMembers(db: Reader): Promise<Recipients> {
  let done = 0
  const each = async function* (): AsyncGenerator<Recipient> {
    for (let after = ''; ;) {
      const page = await membersAfter(db, after, membersAtOnce)
      for (const memberId of page) {
        done += 1
        yield { memberId }
      }
      const last = page.at(-1)
      if (last === undefined || page.length < membersAtOnce) return
      after = last
    }
  }
  return { total: await countMembers(db), each: each(), done: () => done, bad: [] }
}

/**
 * The members of a CSV file, plain or .gz: a first line `member_id` or `member_id,amount`, then one
 * member a line. Amounts are in yuan. Lines that are wrong are left out and kept in `bad`.
 */
export function membersOfFile(path: string, minorDigits: number): Recipients {
  const bytes = statSync(path).size
  const file = createReadStream(path)
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // A pipe does not pass errors on; the lines would end as if the file did.
  file.on('error', (error) => input.destroy(error))
  const bad: BadLine[] = []
  const each = async function* (): AsyncGenerator<Recipient> {
    let line = 0
    let hasAmount = false
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1
      if (line === 1) {
        hasAmount = readHeader(text.replace(/^\uFEFF/, ''), path)
        continue
      }
      if (text === '') continue
      const recipient = recipientOf(text, hasAmount, minorDigits)
      if (recipient === undefined) bad.push({ line, text })
      else yield recipient
    }
  }
  return { total: bytes, each: each(), done: () => file.bytesRead, bad }
}

function readHeader(text: string, path: string): boolean {
  const names = text.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
  if (names[0] === 'member_id' && names.length === 1) return false
  if (names[0] === 'member_id' && names[1] === 'amount' && names.length === 2) return true
  throw new StartError(`The first line of ${path} is member_id or member_id,amount.`)
}

function recipientOf(text: string, hasAmount: boolean, minorDigits: number): Recipient | undefined {
  const [memberId, money, ...more] = text.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1'))
  if (more.length > 0 || !MemberIdSchema.safeParse(memberId).success) return undefined
  if (memberId === undefined || (money !== undefined) !== hasAmount) return undefined
  if (money === undefined) return { memberId }

  const amount = fenFromText(money, minorDigits)
  return amount === undefined || amount <= 0 ? undefined : { memberId, amount }
}
