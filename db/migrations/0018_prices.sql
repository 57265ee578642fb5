-- Up Migration

create table jifen.deal (
  shop_id text not null,
  sku text not null,
  ordered_at timestamptz not null,
  deal_id text not null,
  units integer not null constraint deal_of_something check (units > 0),
  price_fen bigint not null
    constraint deal_price check (price_fen between 0 and 1000000000000),
  item_coupon_fen bigint,
  third_party_coupon_fen bigint,
  shop_reduction_fen bigint,
  shop_coupon_fen bigint,
  platform_coupon_fen bigint,
  allowance_fen bigint,
  voucher_fen bigint,
  points_fen bigint,
  coins_fen bigint,
  red_envelope_fen bigint,
  event text,
  paid_only boolean not null,
  recorded_at timestamptz not null,
  source text not null
    constraint deal_source check (source in ('trade', 'order', 'told')),
  constraint deal_takes_nothing_on check (
    least(
      item_coupon_fen, third_party_coupon_fen, shop_reduction_fen, shop_coupon_fen,
      platform_coupon_fen, allowance_fen, voucher_fen, points_fen, coins_fen, red_envelope_fen
    ) >= 0
  ),
  constraint deal_is_known_by_sku primary key (shop_id, sku, ordered_at, deal_id) include (
    units, price_fen, item_coupon_fen, third_party_coupon_fen, shop_reduction_fen, shop_coupon_fen,
    platform_coupon_fen, allowance_fen, voucher_fen, points_fen, coins_fen, red_envelope_fen,
    event, paid_only
  )
) with (
  autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);
comment on table jifen.deal is 'Append-only: units of one SKU that were bought at one price, by the time of ordering, with what came off by component; null is nothing. Its key carries all that a price is verified by, so that no row is read for it.';

create table jifen.price_record (
  shop_id text not null,
  sku text not null,
  price_id text not null,
  kind text not null constraint price_record_kind check (kind in ('list', 'promo')),
  price_fen bigint not null
    constraint price_record_price check (price_fen between 1 and 1000000000000),
  valid_from timestamptz not null,
  valid_to timestamptz,
  campaign text,
  corrects text,
  voids boolean not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (shop_id, sku, price_id),
  constraint price_record_lasts check (valid_from < valid_to),
  constraint price_record_voids_another check (not voids or corrects is not null),
  constraint price_record_corrects_another check (corrects <> price_id)
);
comment on table jifen.price_record is 'Append-only: list and promo prices of SKUs with the time they are for, future ones too. corrects: the record that it replaces; voids: which was a mistake of the record and never in force.';

create table jifen.price_watch (
  due_at timestamptz not null,
  shop_id text not null,
  sku text not null,
  written_in xid8 not null default pg_current_xact_id(),
  primary key (due_at, shop_id, sku, written_in)
);
comment on table jifen.price_watch is 'SKUs whose declarations are looked at again, because a deal or price was recorded or begins to be in force. Every transaction writes rows of its own: none can take away what another has not read.';

create table jifen.price_freeze (
  campaign text primary key,
  frozen_at timestamptz not null,
  begun_at timestamptz not null,
  finished_at timestamptz,
  shop_id text not null default '',
  sku text not null default '',
  kind text not null default '',
  checked integer not null default 0,
  suspended integer not null default 0
);
comment on table jifen.price_freeze is 'The check of every declaration of a campaign when its prices froze: how far it has come, and how many it suspended.';
create index price_freeze_open on jifen.price_freeze (begun_at) where finished_at is null;

create table jifen.price_breach (
  campaign text not null,
  shop_id text not null,
  sku text not null,
  reason text not null constraint price_breach_reason check (reason in ('tooHigh', 'soldLower')),
  price_fen bigint not null,
  declared_fen bigint not null,
  kind text not null,
  found_at timestamptz not null,
  cause json not null,
  policies text not null,
  primary key (campaign, shop_id, sku, reason, price_fen)
);
comment on table jifen.price_breach is 'Append-only: a shop asked for less than it may beside a declaration: after prices froze, or after the event. One row for each price lower than those found before.';
create index price_breach_of_shop on jifen.price_breach (shop_id, campaign, found_at, sku);
create index price_breach_listed on jifen.price_breach (campaign, found_at, shop_id, sku);

grant select, insert on jifen.deal, jifen.price_record, jifen.price_breach to jifen_app;
grant select, insert, delete, update on jifen.price_watch to jifen_app;
grant select, insert, update on jifen.price_freeze to jifen_app;

-- Down Migration

drop table jifen.price_breach, jifen.price_freeze, jifen.price_watch, jifen.price_record, jifen.deal;
