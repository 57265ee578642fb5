-- Up Migration

create table jifen.membership (
  member_id text primary key,
  score bigint not null default 0 constraint membership_score check (score >= 0),
  scored_for date,
  score_tier text,
  paid_from timestamptz,
  paid_until timestamptz,
  tier text,
  tier_since timestamptz,
  tier_changes integer not null default 0,
  next_due timestamptz,
  constraint membership_paid_is_whole check ((paid_from is null) = (paid_until is null))
) with (fillfactor = 70);
comment on table jifen.membership is 'What a member is at present: score, the tier it gives, the tier told last, paid membership. scored_for: the first day of the month of the refresh; tier_changes: how many there were; next_due: the first instant at which a grant or paid membership begins or ends that is not worked off. Its lock is that of the standing.';
create index membership_due on jifen.membership (next_due, member_id) where next_due is not null;

create table jifen.tier_grant (
  member_id text not null,
  grant_id text not null,
  source text not null
    constraint tier_grant_source check (source in ('invitation', 'legacy', 'interchange', 'operator')),
  tier text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  ended_at timestamptz,
  cause json not null,
  end_cause json,
  primary key (member_id, grant_id),
  constraint tier_grant_lasts check (valid_from < valid_to),
  constraint tier_grant_ends_for_a_cause check ((ended_at is null) = (end_cause is null))
);
comment on table jifen.tier_grant is 'A tier that a member has for a time besides what the score gives: by invitation, from an old ladder, from a partner.';

create table jifen.tier_change (
  member_id text not null,
  number integer not null constraint tier_change_counts check (number > 0),
  at timestamptz not null,
  from_tier text,
  to_tier text,
  cause json not null,
  primary key (member_id, number)
);
comment on table jifen.tier_change is 'Append-only: every change of a member''s tier with what caused it.';

create table jifen.announcement (
  member_id text not null,
  announcement_id text not null,
  type text not null,
  at timestamptz not null,
  data json not null,
  read_at timestamptz,
  written_in xid8 not null default pg_current_xact_id(),
  primary key (member_id, announcement_id)
);
comment on table jifen.announcement is 'What the member and others are told, written in the transaction that did it: a notice to the one, an event to the others.';
create index announcement_in_order on jifen.announcement (written_in, member_id, announcement_id);

grant select, insert, update on jifen.membership, jifen.tier_grant, jifen.announcement to jifen_app;
grant select, insert on jifen.tier_change to jifen_app;

-- Down Migration

drop table jifen.announcement, jifen.tier_change, jifen.tier_grant, jifen.membership;
