import Postgres
import Time

/// The role with which the API reads: it may select, and nothing else. It cannot log in: a person makes a user with a
/// password of their own and puts it into the role.
enum ReaderRole {
  static let name = "festvibes_reader"

  /// Makes the role, and lets it read the tables that there are and those that this user makes later.
  /// - Returns: what could not be done, with what to do; nil if all is as it should be.
  static func make(_ connection: PostgresConnection, _ deadline: Deadline) throws -> String? {
    do {
      try connection.transaction(deadline: deadline) {
        try connection.execute(script: script, deadline: deadline)
      }
      return nil
    } catch let error as PostgresError where error.sqlState == "42501" {
      return
        "the role \(name) is not complete (\(error)): let an administrator run `create role \(name) nologin`, and the "
        + "tables' owner `festvibes migrate --api`"
    }
  }

  /// A role belongs to the whole server, so another database may have it.
  static let script = """
    do $role$
    declare
      schema_name text;
    begin
      if not exists (select from pg_roles where rolname = '\(name)') then
        begin
          create role \(name) nologin;
        exception when duplicate_object or unique_violation then null;
        end;
      end if;
      foreach schema_name in array array['public', 'catalog'] loop
        continue when to_regnamespace(schema_name) is null;
        execute format('grant usage on schema %I to \(name)', schema_name);
        execute format('grant select on all tables in schema %I to \(name)', schema_name);
        execute format('alter default privileges in schema %I grant select on tables to \(name)', schema_name);
      end loop;
    end $role$;
    """
}
