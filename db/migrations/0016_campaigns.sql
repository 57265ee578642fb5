-- Up Migration

create table jifen.venue_room (
  campaign text not null,
  venue text not null,
  category text not null,
  taken integer not null default 0 constraint venue_room_taken check (taken >= 0),
  waiting integer not null default 0 constraint venue_room_waiting check (waiting >= 0),
  last_number bigint not null default 0,
  primary key (campaign, venue, category)
) with (fillfactor = 70);
comment on table jifen.venue_room is 'How many places of a venue are taken in a category, and how many wait: its row is the lock of both.';
create index venue_room_awaited on jifen.venue_room (campaign) where waiting > 0;

create table jifen.placement (
  campaign text not null,
  venue text not null,
  shop_id text not null references jifen.shop (shop_id),
  sku text not null,
  category text not null,
  status text not null
    constraint placement_status check (status in ('placed', 'waiting', 'removed')),
  number bigint not null constraint placement_number check (number > 0),
  asked_by text not null,
  asked_at timestamptz not null,
  changed_at timestamptz not null,
  cause json not null,
  primary key (campaign, venue, shop_id, sku)
) with (fillfactor = 80);
comment on table jifen.placement is 'A shop in a venue of a campaign, or one of its declared goods (sku; '''': the whole shop): placed, waiting by number, or removed.';
create index placement_in_line on jifen.placement (campaign, venue, category, status, number);
create index placement_of_shop on jifen.placement (shop_id, campaign);

create table jifen.entry_event (
  event text primary key,
  is_settled boolean not null default false,
  called_off_at timestamptz,
  called_off_by text,
  reason text,
  constraint entry_event_is_called_off_by_somebody
    check ((called_off_at is null) = (called_off_by is null))
);
comment on table jifen.entry_event is 'An event that somebody registered for. Its row is the lock of whoever moves its line up.';

create table jifen.event_entry (
  member_id text not null,
  event text not null,
  nth integer not null constraint event_entry_counts check (nth > 0),
  number bigint generated always as identity,
  policy text not null,
  source text not null,
  status text not null
    constraint event_entry_status check (status in (
      'waiting', 'admitted', 'attended', 'missed', 'cancelled', 'dropped', 'turnedAway',
      'forfeited', 'calledOff'
    )),
  points bigint not null constraint event_entry_points check (points >= 0),
  captured bigint not null default 0 constraint event_entry_captured check (captured between 0 and points),
  given_back bigint not null default 0
    constraint event_entry_given_back check (given_back between 0 and captured),
  of_capacity boolean not null,
  rules text,
  registered_at timestamptz not null,
  admitted_at timestamptz,
  captured_at timestamptz,
  checked_in_at timestamptz,
  told_at timestamptz,
  ended_at timestamptz,
  cause json not null,
  primary key (member_id, event, nth),
  constraint event_entry_source_is_unique unique (member_id, source),
  constraint event_entry_waits_without_place check (status <> 'waiting' or not of_capacity),
  constraint event_entry_is_admitted_first
    check (admitted_at is not null or status in ('waiting', 'cancelled', 'dropped', 'turnedAway', 'forfeited', 'calledOff')),
  constraint event_entry_ends check ((ended_at is null) = (status in ('waiting', 'admitted')))
) with (fillfactor = 80);
comment on table jifen.event_entry is 'A member''s entry to an event: what is held for it, what was taken at the beginning, and how it ended. Its number is its place in the line.';
create unique index event_entry_is_open_once on jifen.event_entry (member_id, event)
  where status in ('waiting', 'admitted');
create index event_entry_in_line on jifen.event_entry (event, number) where status = 'waiting';
create index event_entry_admitted on jifen.event_entry (event, member_id) where status = 'admitted';
create index event_entry_vacated on jifen.event_entry (event, member_id)
  where status = 'forfeited' and of_capacity;
create index event_entry_of_event on jifen.event_entry (event, number);
create index event_entry_missed on jifen.event_entry (member_id, ended_at) where status = 'missed';

grant select, insert, update on jifen.venue_room, jifen.placement, jifen.entry_event, jifen.event_entry
  to jifen_app;
grant delete on jifen.member_opt_in to jifen_app;

-- Down Migration

revoke delete on jifen.member_opt_in from jifen_app;
drop table jifen.event_entry, jifen.entry_event, jifen.placement, jifen.venue_room;
