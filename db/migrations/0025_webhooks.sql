-- Up Migration

create table jifen.webhook_endpoint (
  endpoint_id text primary key,
  shop_id text references jifen.shop (shop_id),
  url text not null,
  types text[] not null,
  note text not null,
  status text not null constraint webhook_endpoint_status check (status in ('enabled', 'disabled')),
  disabled_for text,
  failing_since timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  constraint webhook_endpoint_is_disabled_for_a_reason
    check ((status = 'disabled') = (disabled_for is not null))
);
comment on table jifen.webhook_endpoint is 'Where events are sent to: of the whole market, or of one shop what concerns it. Times are of the wall.';
create index webhook_endpoint_of_shop on jifen.webhook_endpoint (shop_id) where shop_id is not null;

create table jifen.webhook_secret (
  endpoint_id text not null references jifen.webhook_endpoint (endpoint_id) on delete cascade,
  secret_id text not null,
  secret text not null,
  created_at timestamptz not null,
  ends_at timestamptz,
  primary key (endpoint_id, secret_id)
);
comment on table jifen.webhook_secret is 'What deliveries are signed with; one that was replaced signs besides until it ends.';

create table jifen.webhook_place (
  one boolean primary key default true constraint webhook_place_is_one check (one),
  server text not null,
  written_in xid8 not null,
  told_of text not null,
  subject_id text not null,
  announcement_id text not null
);
comment on table jifen.webhook_place is 'How far announcements have been turned into deliveries; its row is the lock of that.';
insert into jifen.webhook_place values (true, '', '0', 'member', '', '');

create table jifen.webhook_delivery (
  endpoint_id text not null references jifen.webhook_endpoint (endpoint_id) on delete cascade,
  message_id text not null,
  told_of text not null constraint webhook_delivery_told_of check (told_of in ('member', 'shop')),
  subject_id text not null,
  announcement_id text not null,
  type text not null,
  status text not null
    constraint webhook_delivery_status check (status in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_try timestamptz not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  last_status integer,
  last_error text,
  primary key (endpoint_id, message_id),
  constraint webhook_delivery_end_is_dated check ((status = 'waiting') = (ended_at is null))
) with (fillfactor = 80);
comment on table jifen.webhook_delivery is 'What one endpoint is sent, and how it went. next_try of one that is under way: when somebody else takes it over.';
create index webhook_delivery_due on jifen.webhook_delivery (next_try, endpoint_id)
  where status = 'waiting';
create index webhook_delivery_listed
  on jifen.webhook_delivery (endpoint_id, created_at desc, message_id desc);
create index webhook_delivery_age on jifen.webhook_delivery (ended_at) where ended_at is not null;

grant select, insert, update, delete on jifen.webhook_endpoint, jifen.webhook_secret,
  jifen.webhook_delivery to jifen_app;
grant select, update on jifen.webhook_place to jifen_app;

-- Down Migration

drop table jifen.webhook_delivery, jifen.webhook_place, jifen.webhook_secret, jifen.webhook_endpoint;
