import { sideBySide, type Database, type Reader } from '#db/connection.ts'
import { untilQuiet } from '#operations/_transact.ts'

/** Runs several reads on one state of the database: what others commit meanwhile is not seen. */
export async function inSnapshot<Result>(
  db: Database,
  read: (tx: Reader) => Promise<Result>,
): Promise<Result> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => sideBySide(tx, (each) => untilQuiet(each, read)))
}
