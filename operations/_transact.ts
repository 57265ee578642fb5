import { sql } from 'kysely'
import { sideBySide, type Database, type Writer } from '#db/connection.ts'

/**
 * Runs one operation in one READ COMMITTED transaction: the only place that begins and commits. A
 * throw rolls everything back. A COMMIT that PostgreSQL answers with ROLLBACK, because a statement
 * had failed unheard, throws too: the driver compares the command tag.
 */
export async function transact<Result>(
  db: Database,
  operation: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  return await db
    .transaction()
    .execute((tx) => sideBySide(tx, (each) => untilQuiet(each, operation)))
}

/**
 * Runs what is done inside a transaction; when that throws, waits for the statements that were sent
 * side by side with the one that failed. Left alone, one of them would be sent after the ROLLBACK,
 * and be written for good.
 */
export async function untilQuiet<Result>(
  tx: Writer,
  operation: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  try {
    return await operation(tx)
  } catch (error) {
    // A connection works off its statements in the order sent: behind this one none is left.
    await sql`select 1`.execute(tx).catch(() => undefined)
    throw error
  }
}
