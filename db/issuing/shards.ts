/**
 * The shards of this database, each by a synthetic member id that no member can have: rows that many
 * members share are kept under it, beside the members of the shard. One server is one shard.
 */
export const shards: readonly string[] = ['~0']

/** The shard whose shared rows a member uses. */
export function shardOf(_memberId: string): string {
  return shards[0] ?? '~0'
}
