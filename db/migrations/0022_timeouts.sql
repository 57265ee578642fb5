-- Up Migration

create table jifen.order_receipt (
  member_id text not null,
  order_id text not null,
  shop_id text not null,
  method text not null constraint order_receipt_method check (
    method in ('express', 'mail', 'virtual', 'automatic', 'international')
  ),
  from_at timestamptz not null,
  due_at timestamptz not null,
  remind_at timestamptz,
  paused_at timestamptz,
  extended_days integer
    constraint order_receipt_extended_by_something check (extended_days > 0),
  most_days integer not null,
  exception text,
  policy text not null,
  ended_at timestamptz,
  outcome text constraint order_receipt_outcome check (outcome in ('told', 'closed', 'timeOut')),
  primary key (member_id, order_id),
  constraint order_receipt_ends_with_an_outcome check ((ended_at is null) = (outcome is null)),
  constraint order_receipt_is_due_after_it_began check (due_at > from_at)
) with (fillfactor = 80);
comment on table jifen.order_receipt is 'The time a buyer has to confirm that an order which was shipped has come.';
create index order_receipt_due on jifen.order_receipt (due_at, member_id, order_id)
  where ended_at is null and paused_at is null;
create index order_receipt_reminded on jifen.order_receipt (remind_at, member_id, order_id)
  where ended_at is null and paused_at is null and remind_at is not null;
create index order_receipt_of_shop on jifen.order_receipt (shop_id, due_at)
  where ended_at is null;

create table jifen.return_request (
  member_id text not null,
  return_id text not null,
  order_id text not null,
  trade_id text not null,
  shop_id text not null,
  fingerprint text not null,
  kind text not null
    constraint return_request_kind check (kind in ('refund', 'return', 'exchange')),
  reason text not null constraint return_request_reason check (reason in (
    'noReason', 'notAsDescribed', 'damaged', 'wrongItem', 'notReceived', 'late', 'other'
  )),
  condition text
    constraint return_request_condition check (condition in ('intact', 'opened', 'used')),
  freight_by text
    constraint return_request_freight_by check (freight_by in ('member', 'shop', 'insurance')),
  with_freight boolean not null,
  amount_fen bigint not null constraint return_request_amount check (amount_fen >= 0),
  refunded_fen bigint constraint return_request_refunded check (refunded_fen >= 0),
  terms json not null,
  policy text not null,
  note text,
  status text not null constraint return_request_status check (status in (
    'asked', 'agreed', 'sent', 'rejected', 'disputed', 'replacing', 'replaced', 'ended'
  )),
  due_at timestamptz,
  remind_at timestamptz,
  asked_at timestamptz not null,
  answered_at timestamptz,
  answered_by text constraint return_request_answered_by
    check (answered_by in ('shop', 'platform', 'timeOut')),
  sent_at timestamptz,
  arrived_at timestamptz,
  disputed_at timestamptz,
  dispute_outcome text constraint return_request_dispute_outcome
    check (dispute_outcome in ('forMember', 'forShop')),
  decided_at timestamptz,
  closed_at timestamptz,
  outcome text constraint return_request_outcome check (outcome in (
    'refunded', 'exchanged', 'withdrawn', 'lapsed', 'refused', 'nothingLeft'
  )),
  steps integer not null,
  primary key (member_id, return_id),
  constraint return_request_ends_with_an_outcome check (
    (status = 'ended') = (outcome is not null)
    and (outcome is null) = (closed_at is null)
    and (outcome is null) = (due_at is not null)
  ),
  constraint return_request_is_refunded_once check (
    (outcome is not distinct from 'refunded') = (refunded_fen is not null)
  ),
  constraint return_request_answer_is_whole check ((answered_at is null) = (answered_by is null)),
  constraint return_request_decision_is_whole check (
    (decided_at is null) = (dispute_outcome is null)
  )
) with (fillfactor = 80);
comment on table jifen.return_request is 'A return, exchange or refund that a member asked a shop for, and how far it has come.';
create index return_request_due on jifen.return_request (due_at, member_id, return_id)
  where status not in ('ended', 'disputed');
create index return_request_reminded on jifen.return_request (remind_at, member_id, return_id)
  where remind_at is not null;
create index return_request_of_order on jifen.return_request (member_id, order_id);
create index return_request_of_shop
  on jifen.return_request (shop_id, asked_at, member_id, return_id);
create index return_request_open_of_shop
  on jifen.return_request (shop_id, due_at, member_id, return_id) where status <> 'ended';
create index return_request_disputed on jifen.return_request (due_at, member_id, return_id)
  where status = 'disputed';

create table jifen.return_request_line (
  member_id text not null,
  return_id text not null,
  line_id text not null,
  quantity bigint not null constraint return_request_line_quantity check (quantity >= 0),
  amount_fen bigint not null constraint return_request_line_amount check (amount_fen >= 0),
  sku text,
  primary key (member_id, return_id, line_id)
);
comment on table jifen.return_request_line is 'Units of a line that are to go back or be exchanged, or (none) money of it alone.';

create table jifen.return_step (
  member_id text not null,
  return_id text not null,
  n integer not null constraint return_step_counts check (n > 0),
  turn text not null,
  status text not null,
  at timestamptz not null,
  actor text not null,
  told json not null,
  note text,
  primary key (member_id, return_id, n)
);
comment on table jifen.return_step is 'Append-only: what was done about a request, by whom, and what followed.';

create index member_event_of_delivery on jifen.member_event (member_id, order_id)
  where type in ('jifen.order.shipped.v1', 'jifen.order.signed.v1') and status = 'applied';

grant select, insert, update on jifen.order_receipt, jifen.return_request to jifen_app;
grant select, insert on jifen.return_request_line, jifen.return_step to jifen_app;
grant update (told, note) on jifen.return_step to jifen_app;

-- Down Migration

drop index jifen.member_event_of_delivery;
drop table jifen.return_step, jifen.return_request_line, jifen.return_request, jifen.order_receipt;
