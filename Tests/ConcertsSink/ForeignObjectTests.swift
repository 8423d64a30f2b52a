import Contracts
import Postgres
import TestSupport
import Testing

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  /// A legacy database that other people have built upon.
  @Suite("Views, rules, triggers and policies on the tables of a legacy database")
  final class ForeignObjectTests: SinkSuite {
    override class var isMigrated: Bool { false }

    private func execute(_ scripts: String...) throws {
      for script in scripts { try connection.execute(script: script, deadline: within()) }
    }

    /// Returns the definitions, owners, privileges, comments and options of everything that `objects` makes.
    private func definitions() throws -> [String] {
      try withoutCasts(
        connection.lines(
          """
          c.oid::regclass, c.relkind, pg_get_viewdef(c.oid),
            pg_get_userbyid(c.relowner),
            (select string_agg(x, ',' order by x) from (select acl::text x from unnest(c.relacl) acl) y), c.reloptions,
            obj_description(c.oid, 'pg_class'),
            (select string_agg(attname || coalesce(attacl::text, '') || coalesce(col_description(c.oid, attnum), ''), ','
              order by attnum) from pg_attribute where attrelid = c.oid and attnum > 0),
            (select string_agg(pg_get_indexdef(indexrelid) || indisclustered
              || coalesce(obj_description(indexrelid, 'pg_class'), ''), ',' order by indexrelid::regclass::text)
              from pg_index where indrelid = c.oid)
          """, from: "pg_class c where relnamespace = 'reports'::regnamespace and relkind in ('v', 'm') order by 1")
          + connection.lines(
            "ev_class::regclass, rulename, pg_get_ruledef(oid), ev_enabled, obj_description(oid, 'pg_rewrite')",
            from: "pg_rewrite where rulename like 'my%' order by rulename")
          + connection.lines(
            "pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger')",
            from: "pg_trigger where tgname like 'my%' order by tgname")
          + connection.lines(
            "policyname, permissive, roles, cmd, qual, with_check",
            from: "pg_policies where tablename = 'venues' order by 1"))
    }

    /// Leaves out casts and brackets: a column that was `varchar` is `text` after the migration.
    private func withoutCasts(_ lines: [String]) -> [String] {
      lines.map { $0.replacing(/::(text|character varying)|[()]/, with: "") }
    }

    @Test("are as they were after the migration, with owners, privileges, comments, options and indexes")
    func kept() throws {
      let role = "reader_\(UInt32.random(in: 0 ... .max))"
      defer { try? execute("drop owned by \(role); drop role \(role)") }
      try execute("create role \(role)", plainLegacyTables, legacyRows, objects.replacing("ROLE", with: role))
      let before = try definitions()
      #expect(before.count == 12)
      let report = try sink.database.upgrade(deadline: within())
      for (old, new) in zip(before, try definitions()) { #expect(new == old) }
      #expect(try definitions().count == before.count)
      #expect(
        Set(report.recreated).isSuperset(of: [
          "view reports.venues_by_name", "view reports.funk", "materialized view reports.totals",
          "rule my_redirect on venues", "trigger my_names on venues", "policy my_policy on venues",
        ]))
      // They work: the view reads the merged venue, and the rule is in force again.
      #expect(try connection.lines("name", from: "reports.venues_by_name order by 1").count == 3)
      #expect(try connection.lines("venues, events", from: "reports.totals") == ["3|4"])
      try execute("insert into venues (name) values ('Redirected')")
      #expect(try connection.count("venues where name = 'Redirected'") == 0)
      #expect(try connection.count("redirected") == 1)
    }

    @Test("do not turn the migration's own statements into others")
    func rules() throws {
      try execute(
        plainLegacyTables, legacyRows,
        "create rule frozen as on update to artists do instead nothing; create rule kept as on delete to venues do instead nothing"
      )
      try sink.database.migrate(deadline: within())
      #expect(try connection.count("artists where description = 'lorum ipsum'") == 0)
      #expect(try connection.count("venues") == 3)
      #expect(try connection.count("pg_rewrite where rulename in ('frozen', 'kept')") == 2)
    }

    @Test("are named by the error if they cannot be moved, and nothing is changed")
    func named() throws {
      try execute(
        plainLegacyTables, legacyRows,
        """
        create view by_name as select name from venues;
        create function first_name() returns setof by_name language sql as 'select * from by_name limit 1';
        """)
      let error = #expect(throws: PipelineError.self) { try self.sink.database.migrate(deadline: within()) }
      #expect(error?.name == .schemaMismatch)
      #expect(error?.message.contains("view by_name") == true)
      #expect(error?.message.contains("function first_name()") == true, "\(error?.message ?? "")")
      try execute(
        "drop function first_name; alter table venues add upper_name varchar generated always as (upper(name)) stored")
      let column = #expect(throws: PipelineError.self) { try self.sink.database.migrate(deadline: within()) }
      #expect(column?.name == .schemaMismatch)
      #expect(column?.message.contains("upper_name") == true, "\(column?.message ?? "")")
      #expect(try connection.count("artists where description = 'lorum ipsum'") == 1)
      #expect(try connection.count("by_name") == 5)
    }

    @Test("a view of the ledger does not block its migrations, and neither does the view current_events")
    func ledgerView() throws {
      try sink.database.migrate(to: Array(ConcertsSink.migrations.prefix(3)), deadline: within())
      try execute("create view my_runs as select run, dates_loaded from etl_run_counts where records_found > 0")
      try makeSink(testDatabase).database.migrate(deadline: within())
      #expect(try connection.count("my_runs") == 0)
      let later = Migration(
        version: 1000, name: "later", script: "alter table venues alter column name type varchar(300)",
        changing: ["venues"])
      let names = try makeSink(testDatabase).database.migrate(to: ConcertsSink.migrations + [later], deadline: within())
      #expect(names == ["later"])
      #expect(try connection.count("current_events") == 0)
      #expect(
        try connection.lines("obj_description('current_events'::regclass)", from: "(select) x")[0].contains("today"))
    }
  }
}

private let objects = """
  create schema reports;
  create table redirected (name text);
  create view reports.venues_by_name with (security_barrier = true) as
    select id, name, coalesce(full_address, '') as address from venues where name <> '';
  comment on view reports.venues_by_name is 'for the newsletter';
  comment on column reports.venues_by_name.address is 'may be empty';
  grant select on reports.venues_by_name to ROLE with grant option;
  grant update (name) on reports.venues_by_name to ROLE;
  create view reports.funk as
    select v.name, e.performance_time from reports.venues_by_name v join events e on e.venue_id = v.id;
  alter view reports.funk owner to ROLE;
  grant usage on schema reports to ROLE;
  grant select on events to ROLE;
  create view reports.checked as select id, name from artists where name <> 'x' with local check option;
  create materialized view reports.totals as
    select (select count(*) from venues) as venues, count(*) as events from reports.funk;
  create unique index totals_index on reports.totals (venues, events);
  comment on index reports.totals_index is 'one row';
  comment on materialized view reports.totals is 'refreshed at night';
  alter materialized view reports.totals cluster on totals_index;
  create materialized view reports.empty as select name from artists with no data;
  create rule my_redirect as on insert to venues where new.name = 'Redirected'
    do instead insert into redirected values (new.name);
  comment on rule my_redirect on venues is 'until May';
  create rule my_view_rule as on insert to reports.venues_by_name do instead insert into venues (name) values (new.name);
  create rule my_disabled as on delete to events do also delete from redirected;
  alter table events disable rule my_disabled;
  create function note() returns trigger language plpgsql as 'begin return new; end';
  create trigger my_names before update of name on venues for each row when (new.name <> old.name) execute function note();
  comment on trigger my_names on venues is 'looks at names';
  alter table venues disable trigger my_names;
  create trigger my_view_trigger instead of update on reports.funk for each row execute function note();
  create policy my_policy on venues as restrictive for select to ROLE using (name <> 'secret');
  create policy my_insert on venues for insert with check (length(name) > 1);
  """
