-- Up Migration

alter table jifen.member add column erased_at timestamptz;
comment on column jifen.member.erased_at is 'When the person was removed. What the member was told of and does is refused from then on; the books stay, under the id alone.';
alter table jifen.member add constraint member_erased_is_sealed
  check (erased_at is null or (status = 'sealed' and nickname is null));

alter table jifen.coupon drop constraint coupon_status;
alter table jifen.coupon add constraint coupon_status
  check (status in ('open', 'held', 'used', 'returned', 'forfeited'));

create table jifen.member_ending (
  member_id text not null,
  number integer not null constraint member_ending_counts check (number > 0),
  kind text not null constraint member_ending_kind check (kind in ('sealed', 'unsealed', 'erased')),
  ref text not null,
  at timestamptz not null,
  actor text not null,
  reason text,
  policy text,
  what json not null,
  primary key (member_id, number)
);
comment on table jifen.member_ending is 'Every sealing, unsealing and erasure of a member: why, by whom, and what was forfeited or came back. reason is emptied when the person is erased.';

create table jifen.entry_reason (
  member_id text not null,
  program text not null,
  unit text not null,
  kind text not null,
  ref text not null,
  reason text not null,
  primary key (member_id, program, unit, kind, ref)
);
comment on table jifen.entry_reason is 'What a person wrote about a posting. It is kept apart from the entry, whose hash could not stand without it.';

create table jifen.erasure (
  member_id text primary key,
  status text not null constraint erasure_status check (status in ('requested', 'done')),
  requested_by text not null,
  requested_at timestamptz not null,
  ground text not null
    constraint erasure_ground check (ground in ('request', 'law', 'retention', 'replay')),
  approved_by text,
  erased_at timestamptz,
  filed_at timestamptz,
  constraint erasure_done_is_dated check ((status = 'done') = (erased_at is not null)),
  constraint erasure_filed_is_done check (filed_at is null or status = 'done')
);
comment on table jifen.erasure is 'Whose person was, or is to be, removed. filed_at: when it was written to the file beside the database, which is applied again to a backup.';
create index erasure_unfiled on jifen.erasure (erased_at) where status = 'done' and filed_at is null;

grant select, insert, update on jifen.member_ending, jifen.erasure to jifen_app;
grant select, insert, delete on jifen.entry_reason to jifen_app;

-- Down Migration

drop table jifen.erasure, jifen.entry_reason, jifen.member_ending;
alter table jifen.coupon drop constraint coupon_status;
alter table jifen.coupon add constraint coupon_status
  check (status in ('open', 'held', 'used', 'returned'));
alter table jifen.member drop constraint member_erased_is_sealed;
alter table jifen.member drop column erased_at;
