-- Up Migration

create table jifen.price_drop (
  campaign text not null,
  shop_id text not null,
  sku text not null,
  number integer not null constraint price_drop_counts check (number > 0),
  price_fen bigint not null constraint price_drop_price check (price_fen >= 0),
  at timestamptz not null,
  cause json not null,
  told_at timestamptz not null,
  reached_member text not null default '',
  reached_use text not null default '',
  done_at timestamptz,
  primary key (campaign, shop_id, sku, number)
) with (fillfactor = 80);
comment on table jifen.price_drop is 'A price lower than all before that a shop asked for goods of a campaign while their buyers'' price was protected, and how far its buyers are worked off.';
create index price_drop_open on jifen.price_drop (told_at, campaign, shop_id, sku, number)
  where done_at is null;

create table jifen.protection_claim (
  member_id text not null,
  trade_id text not null,
  line_id text not null,
  order_id text not null,
  campaign text not null,
  shop_id text not null,
  sku text not null,
  units json not null,
  price_fen bigint not null constraint protection_claim_price check (price_fen >= 0),
  full_fen bigint not null constraint protection_claim_full check (full_fen >= 0),
  paid_fen bigint not null constraint protection_claim_paid check (paid_fen between 0 and full_fen),
  paid_as text not null
    constraint protection_claim_paid_as check (paid_as in ('money', 'points', 'redEnvelope')),
  limited_by text,
  payments integer not null default 0,
  opened_by text not null,
  policies text not null,
  opened_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (member_id, trade_id, line_id)
) with (fillfactor = 80);
comment on table jifen.protection_claim is 'What a buyer of a campaign has back of a line because its shop sold for less afterwards. units: what each unit counts as paid, in the order in which units go back; full_fen: the difference without limits.';
create index protection_claim_listed
  on jifen.protection_claim (member_id, opened_at desc, trade_id desc, line_id desc);
create index protection_claim_of_shop
  on jifen.protection_claim (shop_id, campaign, member_id, trade_id, line_id);

create table jifen.protection_payment (
  member_id text not null,
  trade_id text not null,
  line_id text not null,
  n integer not null constraint protection_payment_counts check (n > 0),
  campaign text not null,
  shop_id text not null,
  at timestamptz not null,
  fen bigint not null constraint protection_payment_of_something check (fen <> 0),
  paid_as text not null,
  price_fen bigint not null,
  units integer not null,
  cause json not null,
  primary key (member_id, trade_id, line_id, n)
);
comment on table jifen.protection_payment is 'Append-only: what was paid of a claim, and below zero what was taken back because units were returned. Its sum is what the claim has.';
create index protection_payment_at on jifen.protection_payment using brin (at);

grant select, insert, update on jifen.price_drop, jifen.protection_claim to jifen_app;
grant select, insert on jifen.protection_payment to jifen_app;

-- Down Migration

drop table jifen.protection_payment, jifen.protection_claim, jifen.price_drop;
