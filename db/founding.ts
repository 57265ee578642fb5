import type { Reader } from '#db/connection.ts'

/** When the market was founded, and whether anybody has become its member since. */
export async function foundingOf(
  db: Reader,
): Promise<{ readonly foundedAt: Temporal.Instant; readonly hasMembers: boolean }> {
  const [market, member] = await Promise.all([
    db.selectFrom('jifen.market').select('created_at').executeTakeFirstOrThrow(),
    db.selectFrom('jifen.member').select('member_id').limit(1).executeTakeFirst(),
  ])
  return { foundedAt: market.created_at, hasMembers: member !== undefined }
}
