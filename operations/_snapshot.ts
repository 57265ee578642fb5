import { sideBySide, type Database, type Reader } from '#db/connection.ts'

/** Runs several reads on one state of the database: what others commit meanwhile is not seen. */
export async function inSnapshot<Result>(
  db: Database,
  read: (tx: Reader) => Promise<Result>,
): Promise<Result> {
  return await sideBySide(db, 'start transaction isolation level repeatable read read only', read)
}
