-- Up Migration

create table jifen.shipment (
  shop_id text not null,
  member_id text not null,
  order_id text not null,
  trade_id text not null,
  paid_at timestamptz not null,
  ship_by timestamptz,
  ship_end timestamptz,
  trace_by timestamptz,
  trace_end timestamptz,
  shipped_at timestamptz,
  collected_at timestamptz,
  status text not null constraint shipment_status
    check (status in ('waiting', 'inTime', 'late', 'excused', 'free')),
  cause text constraint shipment_cause
    check (cause in ('notShipped', 'shippedLate', 'noRecord', 'recordedLate')),
  excuse text,
  late_since timestamptz,
  to_do text constraint shipment_to_do check (to_do in ('ship', 'trace')),
  next_by timestamptz,
  reminded boolean not null default false,
  told_late boolean not null default false,
  complained_at timestamptz,
  due_at timestamptz,
  policies text not null,
  why json not null,
  seen_at timestamptz not null,
  primary key (shop_id, member_id, order_id),
  constraint shipment_late_has_its_cause check ((status = 'late') = (cause is not null)),
  constraint shipment_late_has_its_time check ((status = 'late') = (late_since is not null)),
  constraint shipment_to_do_has_its_limit check ((to_do is null) = (next_by is null))
) with (fillfactor = 80);
comment on table jifen.shipment is 'Until when a shop ships a paid order, and whether it was in time: derived from the order and the policies at its payment.';
create index shipment_due on jifen.shipment (due_at) where due_at is not null;
create index shipment_to_do on jifen.shipment (shop_id, next_by, member_id, order_id)
  where to_do is not null;
create index shipment_of_order on jifen.shipment (member_id, order_id);

create table jifen.late_compensation (
  member_id text not null,
  ref text not null,
  order_id text not null,
  presale_id text,
  shop_id text not null,
  order_paid_at timestamptz not null,
  cause text not null,
  late_since timestamptz not null,
  price_fen bigint not null constraint late_compensation_price check (price_fen >= 0),
  pair_fen bigint not null,
  deposit_fen bigint not null,
  compensation_fen bigint not null constraint late_compensation_amount check (compensation_fen >= 0),
  status text not null constraint late_compensation_status
    check (status in ('paid', 'nothing', 'refused', 'takenBack', 'kept')),
  by_complaint boolean not null,
  paid_at timestamptz not null,
  taken_back_at timestamptz,
  policies text not null,
  why json not null,
  primary key (member_id, ref)
);
comment on table jifen.late_compensation is 'What a shop paid a member for a late shipment: once an order, by what it can be computed from again.';
create index late_compensation_of_pair on jifen.late_compensation (member_id, shop_id, order_paid_at);
create index late_compensation_of_shop on jifen.late_compensation (shop_id, paid_at);

grant select, insert, update on jifen.shipment, jifen.late_compensation to jifen_app;

-- Down Migration

drop table jifen.late_compensation, jifen.shipment;
