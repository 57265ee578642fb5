-- Up Migration

create table jifen.declaration (
  campaign text not null,
  shop_id text not null,
  sku text not null,
  kind text not null constraint declaration_kind check (kind in ('presale', 'spot')),
  number integer not null constraint declaration_counts check (number > 0),
  status text not null
    constraint declaration_status check (status in ('declared', 'suspended', 'withdrawn')),
  category text not null,
  price_fen bigint not null constraint declaration_price check (price_fen > 0),
  quantity bigint not null constraint declaration_quantity check (quantity >= 0),
  deposit_fen bigint,
  worth_fen bigint,
  instant_off_fen bigint,
  ceiling json,
  cause json,
  declared_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (campaign, shop_id, sku, kind),
  constraint declaration_of_presale_has_terms check ((kind = 'presale') = (deposit_fen is not null)),
  constraint declaration_terms_are_of_presale
    check (kind = 'presale' or (worth_fen is null and instant_off_fen is null)),
  constraint declaration_is_suspended_for_a_cause
    check (status <> 'suspended' or cause is not null)
) with (fillfactor = 80);
comment on table jifen.declaration is 'A SKU that a shop declares for a campaign, as it stands: at what price, how many, and what ceiling the price was checked against. number: how many changes there were; cause: why it is suspended.';
create index declaration_of_sku on jifen.declaration (shop_id, sku);
create index declaration_suspended on jifen.declaration (campaign, shop_id, sku, kind)
  where status = 'suspended';

create table jifen.declaration_change (
  campaign text not null,
  shop_id text not null,
  sku text not null,
  kind text not null,
  number integer not null constraint declaration_change_counts check (number > 0),
  what text not null
    constraint declaration_change_what check (what in ('declared', 'changed', 'suspended', 'withdrawn')),
  at timestamptz not null,
  actor text not null,
  category text not null,
  price_fen bigint not null,
  quantity bigint not null,
  deposit_fen bigint,
  worth_fen bigint,
  instant_off_fen bigint,
  ceiling json,
  cause json,
  policies text not null,
  primary key (campaign, shop_id, sku, kind, number)
);
comment on table jifen.declaration_change is 'Append-only: every change of a declaration by its number, who made it, and by which policies.';

create table jifen.declared_stock (
  member_id text not null,
  campaign text not null,
  shop_id text not null,
  sku text not null,
  kind text not null,
  available bigint not null constraint declared_stock_is_never_oversold check (available >= 0),
  primary key (member_id, campaign, shop_id, sku, kind)
) with (fillfactor = 50);
comment on table jifen.declared_stock is 'What is left of the quantity that is locked for a campaign, under the synthetic member of a shard. quantity less available is what is sold.';

create table jifen.declared_use (
  member_id text not null,
  use_id text not null,
  campaign text not null,
  shop_id text not null,
  sku text not null,
  kind text not null,
  quantity bigint not null constraint declared_use_of_something check (quantity > 0),
  drawn boolean not null,
  declared_fen bigint not null,
  asked_fen bigint not null,
  used_at timestamptz not null,
  trade_id text,
  line_id text,
  primary key (member_id, use_id),
  constraint declared_use_names_a_line check ((trade_id is null) = (line_id is null))
);
comment on table jifen.declared_use is 'What a member buys of a declared SKU: a line of a trade, or a presale that was booked. drawn: whether it was taken from the locked quantity; a trade that was priced elsewhere takes nothing.';
create index declared_use_of_trade on jifen.declared_use (member_id, trade_id);
create index declared_use_of_sku on jifen.declared_use (campaign, shop_id, sku, member_id, use_id);
create index declared_use_at_another_price on jifen.declared_use (campaign, shop_id)
  where asked_fen <> declared_fen;

create table jifen.declaration_file (
  shop_id text not null,
  file_id text not null,
  campaign text not null,
  actor text not null,
  fingerprint text not null,
  content bytea not null,
  status text not null
    constraint declaration_file_status check (status in ('waiting', 'working', 'done', 'unreadable')),
  problem json,
  rows_found integer,
  rows_done integer not null default 0,
  declared integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  refused integer not null default 0,
  received_at timestamptz not null,
  ended_at timestamptz,
  primary key (shop_id, file_id),
  constraint declaration_file_rows_add_up
    check (rows_done = declared + changed + unchanged + refused),
  constraint declaration_file_ends check ((ended_at is null) = (status in ('waiting', 'working')))
);
comment on table jifen.declaration_file is 'A CSV file of declarations as it was sent, and how far it is worked off: rows_done moves in the transaction of the rows.';
create index declaration_file_open on jifen.declaration_file (received_at, shop_id, file_id)
  where ended_at is null;
create index declaration_file_listed
  on jifen.declaration_file (shop_id, campaign, received_at desc, file_id desc);

create table jifen.declaration_row (
  shop_id text not null,
  file_id text not null,
  n integer not null,
  line integer not null,
  outcome text not null constraint declaration_row_outcome
    check (outcome in ('declared', 'changed', 'unchanged', 'refused')),
  kind text,
  sku text,
  field text,
  refusal text,
  facts json,
  primary key (shop_id, file_id, n),
  constraint declaration_row_is_refused_for_a_reason
    check ((outcome = 'refused') = (refusal is not null))
);
comment on table jifen.declaration_row is 'Append-only: what became of each row of a file, by its place in it: the line where it begins, and why it was refused.';
create index declaration_row_refused on jifen.declaration_row (shop_id, file_id, n)
  where outcome = 'refused';

grant select, insert, update on jifen.declaration, jifen.declared_stock, jifen.declaration_file to jifen_app;
grant select, insert on jifen.declaration_change, jifen.declaration_row to jifen_app;
grant select, insert, update, delete on jifen.declared_use to jifen_app;

-- Down Migration

drop table jifen.declaration_row, jifen.declaration_file, jifen.declared_use,
  jifen.declared_stock, jifen.declaration_change, jifen.declaration;
