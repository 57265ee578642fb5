import type { Database, Writer } from '#db/connection.ts'

/**
 * Runs one operation in one READ COMMITTED transaction: the only place that begins and commits. A
 * throw rolls everything back. A COMMIT that PostgreSQL answers with ROLLBACK, because a statement
 * had failed unheard, throws too: the driver compares the command tag.
 */
export async function transact<Result>(
  db: Database,
  operation: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  return await db.transaction().execute(operation)
}
