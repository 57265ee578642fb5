-- Up Migration

create table jifen.badge_due (
  member_id text not null,
  because text not null constraint badge_due_because check (because in ('facts', 'ring')),
  primary key (member_id, because)
);
comment on table jifen.badge_due is 'Members whose badges are to be counted again: because of facts, written in their transaction, or of a ring, so that who looks for rings never keeps a fact waiting.';

create table jifen.badge_points (
  member_id text primary key,
  points bigint not null constraint badge_points_never_below_zero check (points >= 0),
  badges integer not null constraint badge_points_badges check (badges >= 0),
  level text,
  level_turns integer not null default 0,
  waiting integer not null default 0,
  policy integer not null,
  counted_at timestamptz not null
) with (fillfactor = 70);
comment on table jifen.badge_points is 'What a member''s badges come to: points, steps held, level. waiting: facts that wait for a review. level_turns: how often the level changed, so that each change is told once. policy: the version by which they were counted.';
create index badge_points_by_policy on jifen.badge_points (policy);

create table jifen.badge_award (
  member_id text not null,
  badge text not null,
  step text not null,
  status text not null
    constraint badge_award_status check (status in ('held', 'waiting', 'withdrawn')),
  reached_on date not null,
  policy text not null,
  turns integer not null default 0,
  primary key (member_id, badge, step)
) with (fillfactor = 80);
comment on table jifen.badge_award is 'A step of a badge that a member''s facts reach. turns: how often it was given or withdrawn, so that each is told once.';

create table jifen.behaviour_day (
  member_id text not null,
  behaviour text not null,
  day date not null,
  told integer not null,
  waiting integer not null,
  struck integer not null,
  counted integer not null,
  points bigint not null,
  at_cap boolean not null,
  primary key (member_id, behaviour, day),
  constraint behaviour_day_counts check (
    waiting >= 0 and struck >= 0 and counted >= 0 and points >= 0
    and counted + waiting + struck <= told
  )
) with (fillfactor = 80);
comment on table jifen.behaviour_day is 'How often a member did something on a business day: as told, what of it waits for a review or was struck, what counts under the maxima, and the badge points it gave.';
create index behaviour_day_by_day on jifen.behaviour_day (day, behaviour);

create table jifen.device_sighting (
  member_id text not null,
  source text not null,
  event_id text not null,
  device bytea not null,
  behaviour text not null,
  subject text,
  shop text,
  at timestamptz not null,
  primary key (member_id, source, event_id)
);
comment on table jifen.device_sighting is 'On which device a member did something: only a salted hash of it. Personal; it serves to find rings and nothing else.';
create index device_sighting_by_device on jifen.device_sighting (device, at);

create table jifen.device_watch (
  one boolean primary key default true constraint device_watch_is_one check (one),
  salt text not null,
  policy integer not null
);
comment on table jifen.device_watch is 'What devices are hashed with, in this database alone, and the version of the policy by which rings were last looked for on all of them.';
insert into jifen.device_watch (salt, policy)
values (gen_random_uuid()::text || gen_random_uuid()::text, 0);

create table jifen.ring_due (
  device bytea primary key
);
comment on table jifen.ring_due is 'Devices that were seen again since rings were last looked for on them.';

create table jifen.ring_flag (
  member_id text not null,
  rule text not null,
  source text not null,
  event_id text not null,
  device bytea not null,
  target text not null,
  members integer not null,
  primary key (member_id, rule, source, event_id)
);
comment on table jifen.ring_flag is 'Facts that a rule finds in a ring: so many members on one device and target within its window.';
create index ring_flag_by_device on jifen.ring_flag (device);

create table jifen.suspicion (
  member_id text not null,
  suspicion_id text not null,
  rule text not null,
  kind text not null,
  ring text not null default '',
  status text not null
    constraint suspicion_status check (status in ('open', 'cleared', 'struck', 'moot')),
  opened_at timestamptz not null,
  primary key (member_id, suspicion_id)
) with (fillfactor = 80);
comment on table jifen.suspicion is 'Facts of a member that look like gaming, by the rule that found them: the queue of the reviewers. moot: what looked so no longer does.';
create index suspicion_queue on jifen.suspicion (status, opened_at, member_id, suspicion_id);
create index suspicion_by_ring on jifen.suspicion (ring) where ring <> '';

create table jifen.suspect_fact (
  member_id text not null,
  rule text not null,
  source text not null,
  event_id text not null,
  suspicion_id text not null,
  primary key (member_id, rule, source, event_id)
);
comment on table jifen.suspect_fact is 'The facts of a suspicion: a fact is in at most one of each rule.';

create table jifen.suspicion_decision (
  member_id text not null,
  suspicion_id text not null,
  number integer not null constraint suspicion_decision_counts check (number > 0),
  decision text not null
    constraint suspicion_decision_is_one check (decision in ('clear', 'strike')),
  reason text not null,
  decided_by text not null,
  decided_at timestamptz not null,
  primary key (member_id, suspicion_id, number)
);
comment on table jifen.suspicion_decision is 'Append-only: what reviewers decided, with the reason; the latest holds.';

create table jifen.struck_fact (
  member_id text not null,
  source text not null,
  event_id text not null,
  suspicion_id text not null,
  struck_at timestamptz not null,
  primary key (member_id, source, event_id)
);
comment on table jifen.struck_fact is 'Facts that count nowhere: not for badges, score or benefits. The fact itself stays as it was told.';

grant select, insert, update, delete on jifen.badge_due, jifen.badge_points, jifen.badge_award,
  jifen.behaviour_day, jifen.device_sighting, jifen.ring_due, jifen.ring_flag,
  jifen.suspect_fact, jifen.struck_fact to jifen_app;
grant select, insert, update on jifen.suspicion to jifen_app;
grant select, update on jifen.device_watch to jifen_app;
grant select, insert on jifen.suspicion_decision to jifen_app;

-- Down Migration

drop table jifen.struck_fact, jifen.suspicion_decision, jifen.suspect_fact, jifen.suspicion,
  jifen.ring_flag, jifen.ring_due, jifen.device_watch, jifen.device_sighting, jifen.behaviour_day,
  jifen.badge_award, jifen.badge_points, jifen.badge_due;
