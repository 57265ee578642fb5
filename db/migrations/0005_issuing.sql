-- Up Migration

create table jifen.budget (
  resource text primary key,
  total bigint not null constraint budget_total check (total >= 0),
  granted bigint not null default 0,
  opened_at timestamptz not null,
  constraint budget_grants_what_it_has check (granted between 0 and total)
);
comment on table jifen.budget is 'How much there is of a limited quantity, and how much was granted to slices. No claim touches it.';

create table jifen.budget_move (
  resource text not null,
  direction text not null constraint budget_move_direction check (direction in ('grant', 'reclaim')),
  number bigint not null,
  shard text not null,
  amount bigint not null constraint budget_move_moves check (amount > 0),
  parts integer,
  settled boolean not null,
  moved_at timestamptz not null,
  primary key (resource, direction, number, shard)
);
comment on table jifen.budget_move is 'What a budget granted to a shard or took back. A grant is settled once its slice is there; parts: into how many envelopes it is cut.';
create index budget_move_open on jifen.budget_move (resource) where not settled;

create table jifen.slice (
  member_id text not null,
  resource text not null,
  direction text not null constraint slice_direction check (direction in ('grant', 'reclaim')),
  number bigint not null,
  amount bigint not null constraint slice_moves check (amount > 0),
  parts integer,
  settled boolean not null,
  moved_at timestamptz not null,
  primary key (member_id, resource, direction, number)
);
comment on table jifen.slice is 'Of a shard (~n): what it was granted of a budget, and what it gave back. A reclaim is settled once the budget knows.';
create index slice_open on jifen.slice (resource) where not settled;

create table jifen.bucket (
  member_id text not null,
  resource text not null,
  n integer not null,
  available bigint not null constraint bucket_never_below_zero check (available >= 0),
  primary key (member_id, resource, n)
) with (fillfactor = 50);
comment on table jifen.bucket is 'Of a shard (~n): a part of its slices, from which a claim takes in the transaction of its member.';

create table jifen.quota_use (
  member_id text not null,
  resource text not null,
  used bigint not null constraint quota_use_never_below_zero check (used >= 0),
  primary key (member_id, resource)
) with (fillfactor = 80);
comment on table jifen.quota_use is 'What a member has of a limited quantity: together as much as left the buckets.';
create index quota_use_of_resource on jifen.quota_use (resource);

create table jifen.coupon (
  member_id text not null,
  coupon_id text not null,
  batch text not null,
  nth integer not null constraint coupon_counts check (nth > 0),
  version integer not null,
  source text not null,
  status text not null
    constraint coupon_status check (status in ('open', 'held', 'used', 'returned')),
  issued_at timestamptz not null,
  active_at timestamptz not null,
  expires_at timestamptz,
  trade_id text,
  code_hash bytea,
  primary key (member_id, coupon_id),
  constraint coupon_id_is_its_number check (coupon_id = batch || '.' || nth),
  constraint coupon_source_is_unique unique (member_id, batch, source),
  constraint coupon_of_trade check ((trade_id is not null) = (status in ('held', 'used')))
) with (fillfactor = 80);
comment on table jifen.coupon is 'A coupon that a member got. Its number among the member''s of the batch is its id, so a limit is a key.';
create index coupon_of_batch on jifen.coupon (batch);

create table jifen.coupon_code (
  member_id text not null,
  code_hash bytea not null,
  batch text not null,
  made_by text not null,
  made_at timestamptz not null,
  claimed_by text,
  primary key (member_id, code_hash)
) with (fillfactor = 80);
comment on table jifen.coupon_code is 'Of a shard (~n): codes that give a coupon, kept only as hashes.';
create index coupon_code_of_batch on jifen.coupon_code (batch);

create table jifen.code_failure (
  member_id text not null,
  hour timestamptz not null,
  failures integer not null,
  primary key (member_id, hour)
);
comment on table jifen.code_failure is 'How often a member gave a code that is none, by the hour: guessing is limited.';

create table jifen.envelope (
  member_id text not null,
  batch text not null,
  number bigint not null,
  place integer not null,
  amount bigint not null constraint envelope_holds_something check (amount > 0),
  claimed_by text,
  primary key (member_id, batch, number, place)
) with (fillfactor = 80);
comment on table jifen.envelope is 'Of a shard (~n): red envelopes cut beforehand; those of one grant have its number.';
create index envelope_open on jifen.envelope (member_id, batch, number, place) where claimed_by is null;

create table jifen.envelope_claim (
  member_id text not null,
  batch text not null,
  nth integer not null constraint envelope_claim_counts check (nth > 0),
  source text not null,
  ref text not null,
  amount bigint not null,
  expires_at timestamptz,
  claimed_at timestamptz not null,
  primary key (member_id, batch, nth),
  constraint envelope_claim_source_is_unique unique (member_id, batch, source)
);
comment on table jifen.envelope_claim is 'A red envelope that a member got; ref is its lot in the wallet.';

create table jifen.allowance_game (
  member_id text not null,
  batch text not null,
  day date not null,
  earned bigint not null constraint allowance_game_earned check (earned >= 0),
  primary key (member_id, batch, day)
) with (fillfactor = 80);
comment on table jifen.allowance_game is 'What a member earned of an allowance in games on one business day.';

grant select, insert, update on jifen.budget, jifen.budget_move, jifen.slice, jifen.bucket,
  jifen.quota_use, jifen.coupon, jifen.coupon_code, jifen.code_failure, jifen.envelope,
  jifen.allowance_game to jifen_app;
grant select, insert on jifen.envelope_claim to jifen_app;

-- Down Migration

drop table jifen.allowance_game, jifen.envelope_claim, jifen.envelope, jifen.code_failure,
  jifen.coupon_code, jifen.coupon, jifen.quota_use, jifen.bucket, jifen.slice,
  jifen.budget_move, jifen.budget;
