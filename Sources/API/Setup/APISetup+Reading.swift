import Contracts
import Ledger
import Postgres
import Time

extension APISetup {
  /// Returns the tables and views of the database that its user may not read.
  /// - Parameter names: the tables and views of this project. Those of an app may be closed to the API.
  /// - Throws: an error of the database.
  public func closedTables(of names: [String], deadline: Deadline) throws(PipelineError) -> [String] {
    try database.retrying(deadline: deadline) {
      try connection.query(
        """
        select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and c.relname = any ($1)
          and not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'))
        order by 1
        """, [.texts(names + [ItemIndex.table])], deadline: deadline
      ).map { try $0[0] }
    }
  }
}
