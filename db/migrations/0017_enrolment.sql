-- Up Migration

create table jifen.enrolment (
  campaign text not null,
  shop_id text not null references jifen.shop (shop_id),
  attempt int not null default 1 constraint enrolment_attempt_counts check (attempt >= 1),
  status text not null
    constraint enrolment_status check (status in (
      'applied', 'inReview', 'refused', 'waiting', 'passed', 'approved', 'shortlisted', 'dropped',
      'withdrawn', 'left'
    )),
  main_category text not null,
  identity text,
  identities text[] not null default '{}',
  applied_at timestamptz not null,
  applied_by text not null,
  machine text constraint enrolment_machine check (machine in ('passed', 'refused')),
  decided_at timestamptz,
  pool text,
  rank numeric,
  reviewed_at timestamptz,
  reviewers text[] not null default '{}',
  proposed text constraint enrolment_proposed check (proposed in ('passed', 'refused')),
  proposed_by text,
  told_at timestamptz,
  approved_at timestamptz,
  extended_to timestamptz,
  looked_at timestamptz,
  ended_at timestamptz,
  due_at timestamptz,
  changed_at timestamptz not null,
  primary key (campaign, shop_id),
  constraint enrolment_decided_at_some_time check ((machine is null) = (decided_at is null)),
  constraint enrolment_proposed_by_somebody check ((proposed is null) = (proposed_by is null))
);
comment on table jifen.enrolment is 'A shop''s application to a campaign: what was decided of it, by what, and what it has been told.';
comment on column jifen.enrolment.rank is 'Of a pool of places the least comes first; null last, then by shop.';
comment on column jifen.enrolment.due_at is 'When a job has to look at it; null: nothing is due.';
create index enrolment_due on jifen.enrolment (campaign, status, due_at, shop_id)
  where due_at is not null;
create index enrolment_in_pool on jifen.enrolment (campaign, status, pool, rank, shop_id);
create index enrolment_of_shop on jifen.enrolment (shop_id, campaign);

create table jifen.enrolment_decision (
  campaign text not null,
  shop_id text not null,
  number bigint generated always as identity,
  attempt int not null,
  at timestamptz not null,
  outcome text not null
    constraint enrolment_decision_outcome check (outcome in ('passed', 'refused')),
  identities text[] not null,
  criteria json not null,
  policies text not null,
  primary key (campaign, shop_id, number)
);
comment on table jifen.enrolment_decision is 'What the machine decided of an application, with all that it saw and by which policies; only added to.';
comment on column jifen.enrolment_decision.criteria is 'Each [name, saw, needs, test, ok, metric, category, first day, last day, identities], without what is null at its end: there are as many as shops.';

create table jifen.enrolment_supplement (
  campaign text not null,
  shop_id text not null,
  attempt int not null,
  name text not null,
  kind text not null
    constraint enrolment_supplement_kind
    check (kind in ('agreement', 'allowanceSteps', 'identity', 'confirmation')),
  done_at timestamptz not null,
  done_by text not null,
  changed_at timestamptz not null,
  text_version text,
  text_hash text constraint enrolment_supplement_hash check (text_hash ~ '^[0-9a-f]{64}$'),
  detail json,
  primary key (campaign, shop_id, attempt, name),
  foreign key (campaign, shop_id) references jifen.enrolment (campaign, shop_id),
  constraint enrolment_supplement_signs_a_text
    check (kind <> 'agreement' or (text_version is not null and text_hash is not null))
);
comment on table jifen.enrolment_supplement is 'What an approved shop has done of what it has to do: signed which text when, chose which steps, confirmed what.';

create table jifen.enrolment_event (
  campaign text not null,
  shop_id text not null,
  number bigint generated always as identity,
  attempt int not null,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  detail json not null,
  primary key (campaign, shop_id, number)
);
comment on table jifen.enrolment_event is 'All that was done about an application, by whom and by what; only added to.';

create table jifen.enrolment_appeal (
  campaign text not null,
  shop_id text not null,
  attempt int not null,
  status text not null default 'open'
    constraint enrolment_appeal_status check (status in ('open', 'granted', 'rejected', 'lapsed')),
  grounds text not null,
  opened_at timestamptz not null,
  opened_by text not null,
  decide_by timestamptz not null,
  proposed_by text,
  decided_at timestamptz,
  decided_by text,
  note text,
  primary key (campaign, shop_id, attempt),
  foreign key (campaign, shop_id) references jifen.enrolment (campaign, shop_id)
);
comment on table jifen.enrolment_appeal is 'A refused shop''s appeal: its grounds, by when it is decided, and by whom it was.';
create index enrolment_appeal_due on jifen.enrolment_appeal (decide_by, campaign, shop_id)
  where status = 'open';

create table jifen.enrolment_round (
  campaign text primary key,
  policies text not null
);
comment on table jifen.enrolment_round is 'The lock of what is decided over all shops of a campaign, and the policies it was last done by.';

create table jifen.enrolment_freed (
  campaign text not null,
  number bigint generated always as identity,
  pool text not null,
  primary key (campaign, number)
);
comment on table jifen.enrolment_freed is 'Places that became free since the waiting lists were looked at last: only added to by whoever frees one, so that nobody waits for anybody.';

grant select, insert, update on jifen.enrolment, jifen.enrolment_supplement,
  jifen.enrolment_appeal, jifen.enrolment_round to jifen_app;
grant select, insert on jifen.enrolment_decision, jifen.enrolment_event to jifen_app;
grant select, insert, delete on jifen.enrolment_freed to jifen_app;

-- Down Migration

drop table jifen.enrolment_freed, jifen.enrolment_round, jifen.enrolment_appeal, jifen.enrolment_event,
  jifen.enrolment_supplement, jifen.enrolment_decision, jifen.enrolment;
