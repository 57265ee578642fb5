-- Up Migration

create table jifen.merchant (
  merchant_id text primary key
    constraint merchant_id_alphabet check (merchant_id ~ '^[A-Za-z0-9_.:-]{1,64}$'),
  name text not null,
  legal_entity text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
comment on table jifen.merchant is 'A selling company: who signs, and whose token reaches its shops.';

create table jifen.shop (
  shop_id text primary key,
  merchant_id text not null references jifen.merchant (merchant_id),
  title text not null,
  type text not null
    constraint shop_type check (type in ('flagship', 'franchise', 'specialty', 'marketplace')),
  main_category text not null,
  categories text[] not null,
  brand text,
  opened_on date not null,
  status text not null default 'open' constraint shop_status check (status in ('open', 'closed')),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  constraint shop_sells_its_main_category check (main_category = any (categories))
);
comment on table jifen.shop is 'A store of a merchant. Its row is the lock of whatever is decided of the shop.';
create index shop_of_merchant on jifen.shop (merchant_id, shop_id);
create index shop_in_category on jifen.shop (main_category, shop_id);

create table jifen.shop_request (
  shop_id text not null,
  caller text not null,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null,
  primary key (shop_id, caller, key)
);
comment on table jifen.shop_request is 'What was asked of a shop under an Idempotency-Key, written with its effect.';
create index shop_request_age on jifen.shop_request (created_at);

create table jifen.shop_announcement (
  shop_id text not null,
  announcement_id text not null,
  type text not null,
  at timestamptz not null,
  data json not null,
  read_at timestamptz,
  written_in xid8 not null default pg_current_xact_id(),
  primary key (shop_id, announcement_id)
);
comment on table jifen.shop_announcement is 'What a shop and others are told of it, written in the transaction that did it.';
create index shop_announcement_in_order
  on jifen.shop_announcement (written_in, shop_id, announcement_id);

alter table jifen.member_order add column changed_in xid8 not null default pg_current_xact_id();
comment on column jifen.member_order.changed_in is 'The transaction that wrote the order last: what is keyed by shop or SKU reads on from there.';
create index member_order_changed on jifen.member_order (changed_in, member_id, order_id);

create table jifen.feed_place (
  reader text primary key,
  server text not null,
  changed_in xid8 not null,
  member_id text not null,
  order_id text not null
);
comment on table jifen.feed_place is 'How far each reader of the changed orders has come; its row is the reader''s lock.';

grant select, insert, update on jifen.merchant, jifen.shop, jifen.feed_place to jifen_app;
grant select, insert, delete on jifen.shop_request to jifen_app;
grant select, insert, update on jifen.shop_announcement to jifen_app;

-- Down Migration

drop table jifen.feed_place;
drop index jifen.member_order_changed;
alter table jifen.member_order drop column changed_in;
drop table jifen.shop_announcement, jifen.shop_request, jifen.shop, jifen.merchant;
