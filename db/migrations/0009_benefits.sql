-- Up Migration

create table jifen.benefit_claim (
  member_id text not null,
  claim_id text not null,
  benefit text not null,
  nth integer not null constraint benefit_claim_counts check (nth > 0),
  version integer not null,
  source text not null,
  period text not null,
  subject text,
  status text not null
    constraint benefit_claim_status check (status in ('claimed', 'used', 'returned', 'lapsed', 'forfeited')),
  points bigint not null constraint benefit_claim_points check (points >= 0),
  money_fen bigint not null constraint benefit_claim_money check (money_fen >= 0),
  payment_ref text,
  of_stock boolean not null,
  given json not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  claimed_at timestamptz not null,
  ended_at timestamptz,
  next_due timestamptz,
  cause json not null,
  primary key (member_id, claim_id),
  constraint benefit_claim_id_is_its_number check (claim_id = benefit || '.' || nth),
  constraint benefit_claim_source_is_unique unique (member_id, source),
  constraint benefit_claim_payment_is_unique unique (member_id, payment_ref),
  constraint benefit_claim_is_paid check ((money_fen > 0) = (payment_ref is not null)),
  constraint benefit_claim_ends check ((ended_at is null) = (status = 'claimed')),
  constraint benefit_claim_due_is_open check (next_due is null or status = 'claimed')
) with (fillfactor = 80);
comment on table jifen.benefit_claim is 'A benefit that a member claimed: by which version, for which period, at what price, and what it gave. Its number among the member''s of the benefit is its id.';
create index benefit_claim_in_period on jifen.benefit_claim (member_id, benefit, period);
create index benefit_claim_due on jifen.benefit_claim (next_due) where next_due is not null;
create index benefit_claim_of_stock on jifen.benefit_claim (benefit) where of_stock;

create table jifen.benefit_grant (
  member_id text not null,
  benefit text not null,
  source text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  ended_at timestamptz,
  told_at timestamptz,
  primary key (member_id, benefit, source),
  constraint benefit_grant_lasts check (valid_from < valid_to)
) with (fillfactor = 80);
comment on table jifen.benefit_grant is 'A right to a benefit for a time, whatever the member''s tier: by a rise, by an operator. told_at: when the member was told that it lapses soon.';
create index benefit_grant_untold on jifen.benefit_grant (valid_to) where told_at is null and ended_at is null;

create table jifen.draw_epoch (
  epoch text primary key,
  seed bytea not null constraint draw_epoch_seed check (length(seed) = 32),
  commitment text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  published_at timestamptz,
  constraint draw_epoch_lasts check (opens_at < closes_at),
  constraint draw_epoch_is_told_after check (published_at is null or published_at >= closes_at)
);
comment on table jifen.draw_epoch is 'The secret that the draws of a time are made with: its SHA-256 is told beforehand, the secret itself once the time is over.';
create index draw_epoch_unpublished on jifen.draw_epoch (closes_at) where published_at is null;

create table jifen.benefit_draw (
  member_id text not null,
  claim_id text not null,
  epoch text not null,
  number integer not null constraint benefit_draw_counts check (number > 0),
  word text not null,
  policy text not null,
  ticket bigint not null constraint benefit_draw_ticket check (ticket >= 0),
  prize integer not null constraint benefit_draw_prize check (prize >= 0),
  amount_fen bigint not null,
  drawn_at timestamptz not null,
  primary key (member_id, claim_id),
  constraint benefit_draw_number_is_unique unique (member_id, epoch, number)
);
comment on table jifen.benefit_draw is 'Append-only: what a draw was made of and what it gave, so that anybody can draw it again once the secret is told.';
create index benefit_draw_of_epoch on jifen.benefit_draw (epoch);

grant select, insert, update on jifen.benefit_claim, jifen.benefit_grant to jifen_app;
grant select, insert on jifen.benefit_draw to jifen_app;
grant select, insert, update (published_at) on jifen.draw_epoch to jifen_app;

-- Down Migration

drop table jifen.benefit_draw, jifen.draw_epoch, jifen.benefit_grant, jifen.benefit_claim;
