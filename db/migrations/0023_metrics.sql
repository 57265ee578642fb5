-- Up Migration

create table jifen.shop_violation (
  shop_id text not null,
  violation_id text not null
    constraint shop_violation_id_alphabet check (length(violation_id) between 1 and 200),
  kind text not null
    constraint shop_violation_kind check (kind in ('general', 'severe', 'fake')),
  points integer not null constraint shop_violation_points check (points > 0),
  seq integer not null constraint shop_violation_seq check (seq > 0),
  happened_at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  policy text not null,
  cause json not null,
  primary key (shop_id, violation_id)
);
comment on table jifen.shop_violation is 'What a shop did wrong, with its points: appended, never changed.';
comment on column jifen.shop_violation.seq is 'Its number among all that was recorded of the shop and done about it: the order of things of one instant.';
create index shop_violation_in_order on jifen.shop_violation (recorded_at, shop_id, violation_id);

create table jifen.shop_violation_turn (
  shop_id text not null,
  violation_id text not null,
  n integer not null constraint shop_violation_turn_counts check (n > 0),
  seq integer not null constraint shop_violation_turn_seq check (seq > 0),
  turn text not null
    constraint shop_violation_turn_is
      check (turn in ('appealed', 'strikeProposed', 'struck', 'upheld')),
  at timestamptz not null,
  actor text not null,
  words text not null,
  primary key (shop_id, violation_id, n),
  foreign key (shop_id, violation_id) references jifen.shop_violation (shop_id, violation_id)
);
comment on table jifen.shop_violation_turn is 'What was done about a violation: an appeal, a proposal, a decision. Appended, never changed.';
create unique index shop_violation_struck_once
  on jifen.shop_violation_turn (shop_id, violation_id) where turn = 'struck';
create index shop_violation_turn_in_order
  on jifen.shop_violation_turn (at, shop_id, violation_id, n);

create table jifen.shop_sanction (
  shop_id text not null,
  sanction_id text not null,
  violation_id text not null,
  kind text not null,
  threshold integer not null constraint shop_sanction_threshold check (threshold > 0),
  at timestamptz not null,
  barred_to timestamptz,
  penalty_fen bigint constraint shop_sanction_penalty check (penalty_fen >= 0),
  removes boolean not null,
  policy text not null,
  lifted_at timestamptz,
  primary key (shop_id, sanction_id),
  foreign key (shop_id, violation_id) references jifen.shop_violation (shop_id, violation_id)
);
comment on table jifen.shop_sanction is 'What followed from the points of a shop, until it is lifted because points were struck.';
create index shop_sanction_of_violation on jifen.shop_sanction (shop_id, violation_id);

create table jifen.shop_order (
  shop_id text not null,
  member_id text not null,
  order_id text not null,
  sold_day integer,
  counted json not null,
  primary key (shop_id, member_id, order_id)
) with (fillfactor = 80);
comment on table jifen.shop_order is 'What an order has added to the counters of its shop, by days since 1970-01-01; and the day of a sale that is kept.';
create index shop_order_sold on jifen.shop_order (shop_id, sold_day, member_id)
  where sold_day is not null;

create table jifen.shop_rating (
  shop_id text not null,
  member_id text not null,
  source text not null,
  event_id text not null,
  order_id text not null,
  posted_at timestamptz not null,
  succeeded_at timestamptz,
  closed_at timestamptz,
  description integer not null constraint shop_rating_description check (description between 1 and 5),
  service integer not null constraint shop_rating_service check (service between 1 and 5),
  delivery integer not null constraint shop_rating_delivery check (delivery between 1 and 5),
  status text not null,
  primary key (shop_id, member_id, source, event_id)
) with (fillfactor = 90);
comment on table jifen.shop_rating is 'Stars that members gave, and whether they count: made from the facts and the orders, and to be made again from them.';
create index shop_rating_posted on jifen.shop_rating (shop_id, posted_at, member_id, source, event_id);

create table jifen.shop_day (
  shop_id text not null,
  day integer not null,
  ratings bigint not null default 0,
  description_stars bigint not null default 0,
  service_stars bigint not null default 0,
  delivery_stars bigint not null default 0,
  paid_orders bigint not null default 0,
  paid_fen bigint not null default 0,
  refunded_orders bigint not null default 0,
  refunded_fen bigint not null default 0,
  ship_due bigint not null default 0,
  shipped_in_time bigint not null default 0,
  sold_orders bigint not null default 0,
  sold_fen bigint not null default 0,
  disputes_opened bigint not null default 0,
  disputes_lost bigint not null default 0,
  refunds_done bigint not null default 0,
  refund_ms bigint not null default 0,
  returns_done bigint not null default 0,
  return_ms bigint not null default 0,
  primary key (shop_id, day)
) with (fillfactor = 80);
comment on table jifen.shop_day is 'The counters of a shop on a day (days since 1970-01-01 in the zone of the market): sums of what its orders and ratings add.';
create index shop_day_by_day on jifen.shop_day (day);

create table jifen.shop_told_figure (
  shop_id text not null,
  figure text not null,
  on_day integer not null,
  source text not null,
  value bigint not null,
  told_at timestamptz not null,
  told_by text not null,
  primary key (shop_id, figure, on_day, told_at, source)
);
comment on table jifen.shop_told_figure is 'Figures of shops that others measure, by the day that they are of: appended; the last told of the latest day holds.';

create table jifen.shop_figures_run (
  day integer primary key,
  made_at timestamptz not null,
  stale boolean not null default false,
  policy text not null,
  shops integer not null
);
comment on table jifen.shop_figures_run is 'Days whose figures were made of all open shops, by which policy.';

create table jifen.shop_figures (
  shop_id text not null,
  day integer not null,
  main_category text not null,
  figures json not null,
  primary key (shop_id, day)
);
comment on table jifen.shop_figures is 'The figures of a shop on a day and where they stood in its category: what decisions of that day saw.';
create index shop_figures_of_day on jifen.shop_figures (day, shop_id);

create index member_event_of_shops on jifen.member_event (member_id, order_id, type)
  where status = 'applied'
    and type in (
      'jifen.review.posted.v1', 'jifen.dispute.opened.v1', 'jifen.dispute.decided.v1'
    );

grant select, insert on
  jifen.shop_violation, jifen.shop_violation_turn, jifen.shop_told_figure to jifen_app;
grant select, insert, update on
  jifen.shop_sanction, jifen.shop_order, jifen.shop_rating, jifen.shop_day to jifen_app;
grant select, insert, update, delete on jifen.shop_figures_run, jifen.shop_figures to jifen_app;

-- Down Migration

drop index jifen.member_event_of_shops;
drop table jifen.shop_figures, jifen.shop_figures_run, jifen.shop_told_figure, jifen.shop_day,
  jifen.shop_rating, jifen.shop_order, jifen.shop_sanction, jifen.shop_violation_turn,
  jifen.shop_violation;
