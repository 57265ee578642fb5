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

-- Whoever migrates may take the role; a superuser may anyway, and one without the right is told when he tries.
do $$
begin
  execute format('grant jifen_app to %I', current_user);
exception
  when insufficient_privilege or unique_violation or object_not_in_prerequisite_state then null;
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
