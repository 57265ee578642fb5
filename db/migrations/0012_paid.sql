-- Up Migration

create table jifen.paid_membership (
  member_id text not null,
  number integer not null constraint paid_membership_counts check (number > 0),
  payment_ref text not null,
  price_fen bigint not null constraint paid_membership_price check (price_fen >= 0),
  score bigint not null,
  policy text not null,
  bought_at timestamptz not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  begun_at timestamptz,
  warned_at timestamptz,
  ended_at timestamptz,
  stopped_at timestamptz,
  refunded_at timestamptz,
  refund_ref text,
  refund_fen bigint,
  refund_why json,
  next_due timestamptz,
  primary key (member_id, number),
  constraint paid_membership_payment unique (member_id, payment_ref),
  constraint paid_membership_lasts check (valid_from < valid_to),
  constraint paid_membership_refund check (
    (refunded_at is null) = (refund_ref is null) and (refunded_at is null) = (refund_fen is null)
    and (refund_fen is null or refund_fen between 0 and price_fen)
  )
) with (fillfactor = 80);
comment on table jifen.paid_membership is 'A year of paid membership that a member bought: at which price and why, from when until when, and what became of it.';
create index paid_membership_due on jifen.paid_membership (next_due) where next_due is not null;

create table jifen.offer_saving (
  member_id text not null,
  placed_on date not null,
  trade_id text not null,
  offer text not null,
  cap text,
  per text constraint offer_saving_period check (per in ('day', 'month', 'year')),
  of_paid boolean not null,
  placed_at timestamptz not null,
  off_fen bigint not null constraint offer_saving_saves check (off_fen > 0),
  back_fen bigint not null default 0,
  primary key (member_id, placed_on, trade_id, offer),
  constraint offer_saving_cap_has_a_period check ((cap is null) = (per is null)),
  constraint offer_saving_back check (back_fen between 0 and off_fen)
) with (fillfactor = 80);
comment on table jifen.offer_saving is 'What a trade saved by an offer that is capped for each member, or for paid members only, and how much of it came back with returns. Counts towards the cap of the period in which the trade was placed.';
create index offer_saving_of_trade on jifen.offer_saving (member_id, trade_id);

grant select, insert, update on jifen.paid_membership, jifen.offer_saving to jifen_app;

-- Down Migration

drop table jifen.offer_saving, jifen.paid_membership;
