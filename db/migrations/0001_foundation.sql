-- Up Migration

create schema if not exists jifen;

create table jifen.market (
  one boolean primary key default true constraint market_is_one check (one),
  currency text not null constraint market_currency check (currency ~ '^[A-Z]{3}$'),
  minor_digits integer not null constraint market_minor_digits check (minor_digits between 0 and 4),
  zone text not null,
  preset text not null,
  created_at timestamptz not null
);
comment on table jifen.market is 'The one market of this database: fixed when it is first migrated.';

create table jifen.policy (
  name text not null,
  version integer not null constraint policy_version_counts check (version > 0),
  status text not null constraint policy_status check (status in ('draft', 'approved', 'withdrawn')),
  body json not null,
  note text not null,
  author text not null,
  drafted_at timestamptz not null,
  approver text,
  approved_at timestamptz,
  effective_at timestamptz,
  primary key (name, version),
  constraint policy_approval_is_whole check (
    (status = 'approved') = (approver is not null and approved_at is not null and effective_at is not null)
  ),
  constraint policy_approver_is_another check (approver is null or approver <> author)
);
comment on table jifen.policy is 'Business rules as data: versions, drafted by one person, approved by another, never changed once approved.';

create table jifen.policy_change (
  one boolean primary key default true constraint policy_change_is_one check (one),
  number bigint not null
);
comment on table jifen.policy_change is 'Counts approvals, so that every process sees a new one by one cheap read.';
insert into jifen.policy_change (number) values (0);

create table jifen.api_key (
  key_id text primary key,
  key_hash bytea not null,
  role text not null constraint api_key_role check (role in ('operator', 'merchant', 'member', 'service')),
  subject text not null,
  note text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
comment on table jifen.api_key is 'Keys of programs: only their hashes are kept.';

create table jifen.member (
  member_id text primary key
    constraint member_id_alphabet check (member_id ~ '^[A-Za-z0-9_.:-]{1,64}$'),
  status text not null default 'active' constraint member_status check (status in ('active', 'sealed')),
  nickname text,
  joined_at timestamptz not null,
  created_at timestamptz not null
) with (fillfactor = 80);
comment on table jifen.member is 'A buyer''s account; its row is the lock of the member''s orders and events.';

create table jifen.member_opt_in (
  member_id text not null,
  event text not null,
  opted_at timestamptz not null,
  primary key (member_id, event)
);
comment on table jifen.member_opt_in is 'Temporary rules of one event that a member has joined.';

create table jifen.member_order (
  member_id text not null,
  order_id text not null,
  trade_id text not null,
  shop_id text not null,
  placed_at timestamptz not null,
  paid_at timestamptz,
  shipped_at timestamptz,
  collected_at timestamptz,
  received_at timestamptz,
  closed_at timestamptz,
  freight_fen bigint not null constraint member_order_freight check (freight_fen >= 0),
  earned_by text not null default '',
  primary key (member_id, order_id)
) with (fillfactor = 80);
comment on table jifen.member_order is 'One shop''s part of a trade, as the facts told it so far.';

create table jifen.member_order_line (
  member_id text not null,
  order_id text not null,
  line_id text not null,
  position integer not null,
  sku text not null,
  category text not null,
  quantity bigint not null constraint member_order_line_quantity check (quantity > 0),
  paid_fen bigint not null constraint member_order_line_paid check (paid_fen >= 0),
  multiple_ppm bigint not null constraint member_order_line_multiple check (multiple_ppm >= 0),
  refunded_fen bigint not null default 0,
  refunded_quantity bigint not null default 0,
  points_earned bigint not null default 0,
  points_clawed bigint not null default 0,
  primary key (member_id, order_id, line_id),
  constraint member_order_line_refund_within check (
    refunded_fen between 0 and paid_fen and refunded_quantity between 0 and quantity
  ),
  constraint member_order_line_claw_within check (points_clawed between 0 and points_earned)
) with (fillfactor = 80);
comment on table jifen.member_order_line is 'One SKU in an order: what was paid, what came back, what it earned.';

create table jifen.member_event (
  member_id text not null,
  source text not null,
  event_id text not null,
  type text not null,
  fingerprint text not null,
  order_id text,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  status text not null
    constraint member_event_status check (status in ('applied', 'parked', 'refused')),
  data json not null,
  outcome json not null,
  primary key (member_id, source, event_id)
) with (fillfactor = 90);
comment on table jifen.member_event is 'Every fact told about a member, once, with what became of it.';
create index member_event_parked on jifen.member_event (member_id, order_id) where status = 'parked';

create table jifen.idempotency (
  member_id text not null,
  caller text not null,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null,
  primary key (member_id, caller, key)
);
comment on table jifen.idempotency is 'What was asked under an Idempotency-Key, written with its effect; the ledger keeps the answer.';
create index idempotency_age on jifen.idempotency (created_at);

-- Down Migration

drop schema jifen cascade;
