-- Up Migration

create table jifen.advance (
  member_id text not null,
  advance_id text not null,
  trade_id text not null,
  fingerprint text not null,
  status text not null
    constraint advance_status check (status in ('open', 'settled', 'owed', 'repaid')),
  amount_fen bigint not null constraint advance_of_something check (amount_fen > 0),
  settled_fen bigint not null default 0,
  owed_fen bigint not null default 0,
  repaid_fen bigint not null default 0,
  limit_fen bigint not null,
  score bigint not null,
  tier text,
  policy text not null,
  why json not null,
  made_at timestamptz not null,
  due_at timestamptz,
  ended_at timestamptz,
  primary key (member_id, advance_id),
  constraint advance_parts check (
    settled_fen >= 0 and owed_fen >= 0 and repaid_fen >= 0
    and settled_fen + owed_fen + repaid_fen <= amount_fen
  ),
  constraint advance_ends_with_its_parts check (
    (ended_at is not null) = (settled_fen + repaid_fen = amount_fen)
    and (ended_at is not null) = (status in ('settled', 'repaid'))
    and (status = 'owed') = (owed_fen > 0)
  )
) with (fillfactor = 80);
comment on table jifen.advance is 'Projection: a refund paid before the goods were back, named by the return it is of, and what became of it. owed_fen: what is owed now.';
create index advance_unended on jifen.advance (member_id) where ended_at is null;
create index advance_due on jifen.advance (due_at) where status = 'open' and due_at is not null;

create table jifen.advance_line (
  member_id text not null,
  advance_id text not null,
  order_id text not null,
  line_id text not null,
  quantity bigint not null constraint advance_line_units check (quantity > 0),
  quantity_back bigint not null default 0,
  amount_fen bigint not null,
  settled_fen bigint not null default 0,
  owed_fen bigint not null default 0,
  repaid_fen bigint not null default 0,
  primary key (member_id, advance_id, order_id, line_id),
  constraint advance_line_parts check (
    amount_fen >= 0 and settled_fen >= 0 and owed_fen >= 0 and repaid_fen >= 0
    and settled_fen + owed_fen + repaid_fen <= amount_fen
  ),
  constraint advance_line_back_within check (quantity_back between 0 and quantity)
) with (fillfactor = 80);
comment on table jifen.advance_line is 'Projection: units of a line that an advance is for, and what became of its part.';

create table jifen.advance_entry (
  member_id text not null,
  seq bigint not null,
  advance_id text not null,
  order_id text not null,
  line_id text not null,
  kind text not null
    constraint advance_entry_kind check (kind in ('advanced', 'settled', 'recovered', 'repaid')),
  ref text not null,
  debit text not null,
  credit text not null,
  amount_fen bigint not null constraint advance_entry_moves_something check (amount_fen > 0),
  at timestamptz not null,
  actor text not null,
  cause json not null,
  primary key (member_id, seq),
  constraint advance_entry_ref_is_unique
    unique (member_id, advance_id, order_id, line_id, kind, debit, ref),
  constraint advance_entry_accounts check (
    (kind = 'advanced' and debit = 'paidOut' and credit = 'advanced')
    or (kind = 'settled' and debit in ('advanced', 'owed') and credit = 'settled')
    or (kind = 'recovered' and debit = 'advanced' and credit = 'owed')
    or (kind = 'repaid' and debit = 'owed' and credit = 'repaid')
  )
);
comment on table jifen.advance_entry is 'Append-only truth of advances: one debit, one credit, a positive amount; numbered within the member.';

grant select, insert, update on jifen.advance, jifen.advance_line to jifen_app;
grant select, insert on jifen.advance_entry to jifen_app;

-- Down Migration

drop table jifen.advance_entry, jifen.advance_line, jifen.advance;
