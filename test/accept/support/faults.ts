import type { Edit } from '#test/accept/support/fault.ts'

/** Two postings may work on one wallet at the same time. */
export const noLock: readonly Edit[] = [
  { file: 'db/ledger/wallets.ts', find: '    for no key update of w\n', replace: '' },
]

/** The same, and the database does not mind two entries under one number: so two can win. */
export const noGuard: readonly Edit[] = [
  ...noLock,
  {
    file: 'db/migrations/0002_ledger.sql',
    find: '  hash bytea not null,\n  primary key (member_id, program, unit, seq),\n',
    replace: '  hash bytea not null,\n',
  },
  {
    file: 'db/migrations/0002_ledger.sql',
    find: '  primary key (member_id, program, unit, seq, line),\n',
    replace: '',
  },
  {
    file: 'db/migrations/0002_ledger.sql',
    find: '  sent boolean not null default false,\n  primary key (member_id, program, unit, seq)\n',
    replace: '  sent boolean not null default false\n',
  },
]

/** Nobody looks whether a posting was made before, and the database does not mind a second one. */
export const noReplay: readonly Edit[] = [
  {
    file: 'rules/ledger/post.ts',
    find: '  if (earlier !== undefined) return replay(earlier, command)\n',
    replace: '  void [earlier, replay]\n',
  },
  {
    file: 'db/migrations/0002_ledger.sql',
    find: '  constraint entry_ref_is_unique unique (member_id, program, unit, kind, ref)\n);\n',
    replace:
      '  constraint entry_ref_is_unique check (true)\n);\ncreate index on jifen.entry (member_id, program, unit, kind, ref);\n',
  },
]

/** PostgreSQL says that something is kept before it is. */
export const noSync: readonly Edit[] = [
  {
    file: 'cli/postgres/server.ts',
    find: '    max_connections: 200,\n',
    replace: "    max_connections: 200,\n    synchronous_commit: 'off',\n",
  },
]

/** A claim reads what is in a bucket and writes what is left, whoever did so in between. */
export const blindClaims: readonly Edit[] = [
  {
    file: 'db/issuing/quotas.ts',
    find: '    set available = b.available - ${amount}::bigint\n',
    replace: '    set available = free.available - ${amount}::bigint\n',
  },
  {
    file: 'db/issuing/quotas.ts',
    find: '      select member_id, resource, n\n',
    replace: '      select member_id, resource, n, available\n',
  },
  {
    file: 'db/issuing/quotas.ts',
    find: '      for no key update skip locked\n',
    replace: '',
  },
]
