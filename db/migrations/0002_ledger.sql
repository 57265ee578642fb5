-- Up Migration

create table jifen.wallet (
  member_id text not null,
  program text not null,
  unit text not null,
  available bigint not null default 0,
  pending bigint not null default 0,
  held bigint not null default 0,
  debt bigint not null default 0,
  seq bigint not null default 0,
  last_lot_id bigint not null default 0,
  status text not null default 'open' constraint wallet_status check (status in ('open', 'sealed')),
  head_hash bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000',
  last_at timestamptz,
  next_due timestamptz,
  primary key (member_id, program, unit),
  constraint wallet_never_below_zero
    check (available >= 0 and pending >= 0 and held >= 0 and debt >= 0),
  constraint wallet_debt_leaves_nothing check (debt = 0 or available = 0)
) with (fillfactor = 70);
comment on table jifen.wallet is 'Projection and the only lock of one member''s value in one program and unit.';
create index wallet_due on jifen.wallet (next_due) where next_due is not null;

create table jifen.lot (
  member_id text not null,
  program text not null,
  unit text not null,
  lot_id bigint not null,
  origin text not null constraint lot_origin check (origin in ('earn', 'grace')),
  ref text not null,
  funder text not null,
  target text,
  amount bigint not null,
  available bigint not null,
  pending bigint not null,
  held bigint not null,
  expired bigint not null,
  active_at timestamptz not null,
  expires_at timestamptz,
  mergeable boolean not null,
  merged_into bigint,
  open boolean not null,
  primary key (member_id, program, unit, lot_id),
  constraint lot_never_below_zero
    check (amount >= 0 and available >= 0 and pending >= 0 and held >= 0 and expired >= 0),
  constraint lot_open_says_so check (open = (available + pending + held > 0))
) with (fillfactor = 70);
comment on table jifen.lot is 'Projection: value with one origin and one expiry, and what is left of it.';
create index lot_open on jifen.lot (member_id, program, unit) where open;

create table jifen.entry (
  member_id text not null,
  program text not null,
  unit text not null,
  seq bigint not null,
  kind text not null,
  ref text not null,
  of_ref text,
  fingerprint text not null,
  amount bigint not null,
  outcome text not null constraint entry_outcome check (outcome in ('done', 'refused')),
  answer json not null,
  cause json not null,
  actor text not null,
  policies text not null,
  occurred_at timestamptz not null,
  booked_at timestamptz not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (member_id, program, unit, seq),
  constraint entry_ref_is_unique unique (member_id, program, unit, kind, ref)
);
comment on table jifen.entry is 'Append-only truth: one row for each posting or kept refusal, chained by hash.';
create index entry_undoes on jifen.entry (member_id, program, unit, of_ref) where of_ref is not null;

create table jifen.transfer (
  member_id text not null,
  program text not null,
  unit text not null,
  seq bigint not null,
  line integer not null,
  lot_id bigint,
  to_lot_id bigint,
  debit text not null,
  credit text not null,
  amount bigint not null constraint transfer_moves_something check (amount > 0),
  primary key (member_id, program, unit, seq, line),
  constraint transfer_has_two_sides check (debit <> credit or lot_id <> to_lot_id)
);
comment on table jifen.transfer is 'Append-only truth: one debit, one credit, a positive amount.';

create table jifen.hold (
  member_id text not null,
  program text not null,
  unit text not null,
  ref text not null,
  amount bigint not null,
  remaining bigint not null,
  expires_at timestamptz,
  open boolean not null,
  primary key (member_id, program, unit, ref),
  constraint hold_within check (remaining between 0 and amount),
  constraint hold_open_says_so check (open = (remaining > 0))
) with (fillfactor = 70);
comment on table jifen.hold is 'Projection: a reservation and what of it is still held.';
create index hold_open on jifen.hold (member_id, program, unit) where open;

create table jifen.hold_lot (
  member_id text not null,
  program text not null,
  unit text not null,
  ref text not null,
  lot_id bigint not null,
  amount bigint not null,
  remaining bigint not null,
  primary key (member_id, program, unit, ref, lot_id),
  constraint hold_lot_within check (remaining between 0 and amount)
) with (fillfactor = 70);
comment on table jifen.hold_lot is 'Projection: the lots that a hold pins, with how much is still held of each.';

create table jifen.outbox (
  member_id text not null,
  program text not null,
  unit text not null,
  seq bigint not null,
  sent boolean not null default false,
  primary key (member_id, program, unit, seq)
) with (fillfactor = 80);
comment on table jifen.outbox is 'One row for each entry, in the same transaction: what others are to be told, in order.';
create index outbox_unsent on jifen.outbox (member_id, program, unit, seq) where not sent;

-- Down Migration

drop table jifen.outbox, jifen.hold_lot, jifen.hold, jifen.transfer, jifen.entry, jifen.lot, jifen.wallet;
