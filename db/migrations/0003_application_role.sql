-- Up Migration

-- The role is of the whole server, so two databases may migrate at once: whoever comes second is content.
do $$
begin
  if not exists (select from pg_roles where rolname = 'jifen_app') then
    create role jifen_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

grant usage on schema jifen to jifen_app;
grant select, insert, update, delete on all tables in schema jifen to jifen_app;

-- What was written into the books stays: the application may add to them and read them, no more.
revoke update, delete, truncate on jifen.entry, jifen.transfer from jifen_app;
revoke insert, update, delete on jifen.market from jifen_app;
revoke delete on jifen.wallet, jifen.lot, jifen.policy, jifen.member_event from jifen_app;

-- Down Migration

revoke all on all tables in schema jifen from jifen_app;
revoke usage on schema jifen from jifen_app;
