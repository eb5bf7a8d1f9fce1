-- The role that pages, jobs and timers work as: it owns nothing, so it can neither change the schema
-- nor switch a trigger off nor empty a table. Migrations and restores are done by the owner.
--
-- As a superuser, once:   CREATE ROLE redcross_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
-- As the owner, after the first upgrade: psql -d redcross -f deploy/application-role.sql

GRANT USAGE ON SCHEMA public TO redcross_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO redcross_app;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO redcross_app;

-- What later migrations of the owner make.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO redcross_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO redcross_app;

REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM redcross_app;
-- Hours that were credited are reversed, never removed.
REVOKE DELETE ON ledger_entries FROM redcross_app;
