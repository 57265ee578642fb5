import { sideBySide, type Database, type Writer } from '#db/connection.ts'

/**
 * Runs one operation in one READ COMMITTED transaction: the only place that begins and commits. A
 * throw rolls everything back, and so does a COMMIT that PostgreSQL answers with ROLLBACK, because a
 * statement had failed unheard.
 */
export async function transact<Result>(
  db: Database,
  operation: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  return await sideBySide(db, 'begin', operation)
}
