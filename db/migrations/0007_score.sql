-- Up Migration

create table jifen.score_facts (
  member_id text primary key,
  facts json not null,
  complete_from integer,
  grade text,
  grade_at timestamptz,
  grade_told text,
  unpaid_advances integer not null default 0
    constraint score_facts_unpaid check (unpaid_advances >= 0),
  constraint score_facts_grade_is_dated check (
    (grade is null) = (grade_at is null) and (grade is null) = (grade_told is null)
  )
) with (fillfactor = 80, toast_tuple_target = 8160);
comment on table jifen.score_facts is 'What of the recorded orders and events counts for the score, ready made: one row a member, kept up to date by whatever records them.';
comment on column jifen.score_facts.facts is 'Ten lists side by side: of purchases, one for each order and category, the day (since 1970-01-01 in the market''s zone), order, shop, category, fen paid, fen kept; of interactions, one for each day and kind, the day, kind, count, how many of high value.';
comment on column jifen.score_facts.complete_from is 'Older facts were let go: nothing is missing from this day on. Null: nothing was. 2147483647: the recorded ones are still to be read.';

-- Of members that were there before; what is recorded of them is read when it is asked for.
insert into jifen.score_facts (member_id, facts, complete_from)
select member_id, '[[],[],[],[],[],[],[],[],[],[]]', 2147483647 from jifen.member;

create table jifen.member_score (
  member_id text not null,
  month date not null constraint member_score_month check (extract(day from month) = 1),
  score bigint not null constraint member_score_positive check (score >= 0),
  purchase bigint not null,
  reward bigint not null,
  base bigint not null,
  delta bigint,
  figures json not null,
  policy text not null,
  scored_at timestamptz not null,
  primary key (member_id, month)
) with (fillfactor = 90);
comment on table jifen.member_score is 'The score of a member for each month, with the figures and the policy version that explain it. delta: against the month before, null for the first.';

create table jifen.score_run (
  month date primary key constraint score_run_month check (extract(day from month) = 1),
  policy text not null,
  from_facts boolean not null,
  begun_at timestamptz not null,
  ended_at timestamptz
);
comment on table jifen.score_run is 'The monthly refresh of all scores: begun once for each month, and gone on with until it has ended.';

create table jifen.score_part (
  month date not null,
  part integer not null,
  from_member text not null,
  to_member text,
  members bigint,
  done_at timestamptz,
  primary key (month, part)
);
comment on table jifen.score_part is 'A range of members of a refresh, from one id (included) to the next part''s: done in one transaction, once.';

grant select, insert, update on jifen.score_facts, jifen.member_score to jifen_app;
grant select, insert, update, delete on jifen.score_run, jifen.score_part to jifen_app;

-- Down Migration

drop table jifen.score_part, jifen.score_run, jifen.member_score, jifen.score_facts;
