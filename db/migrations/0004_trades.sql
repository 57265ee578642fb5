-- Up Migration

alter table jifen.policy add column change_number bigint not null default 0;
comment on column jifen.policy.change_number is 'Which approval it was: a process that knows as many reads only what is above.';
create index policy_changed on jifen.policy (change_number) where status = 'approved';

create table jifen.trade (
  member_id text not null,
  trade_id text not null,
  kind text not null constraint trade_kind check (kind in ('priced', 'recorded')),
  status text not null constraint trade_status check (status in ('placed', 'paid', 'closed')),
  fingerprint text not null,
  placed_at timestamptz not null,
  pay_by timestamptz not null,
  paid_at timestamptz,
  paid_ref text,
  closed_at timestamptz,
  close_reason text,
  goods_fen bigint not null,
  pay_fen bigint not null,
  deposit_fen bigint not null,
  digest text not null,
  policies text not null,
  campaign text,
  used json not null,
  basket json not null,
  quote json not null,
  primary key (member_id, trade_id),
  constraint trade_amounts check (goods_fen >= 0 and pay_fen >= 0 and deposit_fen >= 0),
  constraint trade_paid_is_dated check (status <> 'paid' or paid_at is not null),
  constraint trade_closed_is_dated check ((status = 'closed') = (closed_at is not null))
) with (fillfactor = 90);
comment on table jifen.trade is 'What a member buys at once, over many shops: the basket and its quote, frozen.';
create index trade_due on jifen.trade (pay_by) where status = 'placed';
create index trade_listed on jifen.trade (member_id, placed_at desc, trade_id desc);
create index member_order_of_trade on jifen.member_order (member_id, trade_id);

create table jifen.allocation (
  member_id text not null,
  trade_id text not null,
  line_id text not null,
  n integer not null,
  order_id text not null,
  shop_id text not null,
  layer text not null,
  instrument text not null,
  policy text,
  funder text not null,
  campaign text,
  off_fen bigint not null constraint allocation_takes_off check (off_fen >= 0),
  placed_at timestamptz not null,
  primary key (member_id, trade_id, line_id, n)
);
comment on table jifen.allocation is 'Append-only: what each instrument took off each line (freight: line freight:<shop>), and who pays for it.';
create index allocation_placed on jifen.allocation using brin (placed_at);

create table jifen.allocation_reversal (
  member_id text not null,
  trade_id text not null,
  line_id text not null,
  n integer not null,
  refund_id text not null,
  off_fen bigint not null constraint allocation_reversal_of_something check (off_fen >= 0),
  at timestamptz not null,
  primary key (member_id, trade_id, line_id, n, refund_id)
);
comment on table jifen.allocation_reversal is 'Append-only: what of an allocation a return undid; all of it once every unit came back.';
create index allocation_reversal_at on jifen.allocation_reversal using brin (at);

create table jifen.trade_refund (
  member_id text not null,
  trade_id text not null,
  refund_id text not null,
  n integer not null,
  at timestamptz not null,
  received boolean not null,
  refund_fen bigint not null constraint trade_refund_amount check (refund_fen >= 0),
  request json not null,
  answer json not null,
  primary key (member_id, trade_id, refund_id),
  constraint trade_refund_number unique (member_id, trade_id, n)
);
comment on table jifen.trade_refund is 'Append-only: each return of a trade by its number, what was asked and what it came to.';

create table jifen.trade_exchange (
  member_id text not null,
  trade_id text not null,
  exchange_id text not null,
  at timestamptz not null,
  line_id text not null,
  sku text not null,
  quantity bigint not null constraint trade_exchange_of_something check (quantity > 0),
  primary key (member_id, trade_id, exchange_id)
);
comment on table jifen.trade_exchange is 'Append-only: units of another SKU that took the place of units of a line.';

create table jifen.offer_use (
  member_id text not null,
  offer text not null,
  trade_id text not null,
  off_fen bigint not null,
  of_total boolean not null,
  of_budget boolean not null,
  primary key (member_id, offer, trade_id)
);
comment on table jifen.offer_use is 'Uses of offers that are limited, and whether the total number of uses and the budget were drawn on.';
create index offer_use_of_trade on jifen.offer_use (member_id, trade_id);

create table jifen.presale (
  member_id text not null,
  presale_id text not null,
  fingerprint text not null,
  status text not null constraint presale_status
    check (status in ('booked', 'deposited', 'bought', 'settled', 'defaulted', 'closed')),
  shop_id text not null,
  line json not null,
  deposit_fen bigint not null constraint presale_deposit check (deposit_fen >= 0),
  booked_at timestamptz not null,
  balance_from timestamptz not null,
  balance_to timestamptz not null,
  deposit_paid_at timestamptz,
  deposit_ref text,
  trade_id text,
  ended_at timestamptz,
  outcome json,
  primary key (member_id, presale_id),
  constraint presale_window check (balance_from < balance_to)
) with (fillfactor = 80);
comment on table jifen.presale is 'A deposit put down for goods whose balance a trade pays later.';
create index presale_due on jifen.presale (balance_to) where status in ('booked', 'deposited');

grant select, insert, update on jifen.trade, jifen.presale to jifen_app;
grant select, insert on jifen.allocation, jifen.allocation_reversal, jifen.trade_refund,
  jifen.trade_exchange to jifen_app;
grant select, insert, delete on jifen.offer_use to jifen_app;

-- Down Migration

drop table jifen.presale, jifen.offer_use, jifen.trade_exchange, jifen.trade_refund,
  jifen.allocation_reversal, jifen.allocation, jifen.trade;
drop index jifen.member_order_of_trade;
drop index jifen.policy_changed;
alter table jifen.policy drop column change_number;
