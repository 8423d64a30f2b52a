/// The SQL functions of the search. They need pgvector, and the columns with vectors: whoever prepares a database for
/// enrichment runs this script after those, as one script or in one transaction. It may run again at any time.
public enum SearchFunctions {
  /// The number of rows up to which all vectors are compared. Beyond, the HNSW index is used.
  public static let largestExactSearch = 50_000

  /// Creates or replaces `search_events` and `similar_artists`.
  public static let searchFunctions: String = [searchPath, events, artists, iterativeScan].joined(separator: "\n")

  /// The functions are bound to the schemas of the tables and of the extension, whoever calls them: `from current` takes
  /// this setting, which ends with the transaction.
  private static let searchPath = """
    select set_config('search_path', concat_ws(', ', 'pg_catalog', quote_ident(current_schema()), (
        select quote_ident(n.nspname)
        from pg_extension x join pg_namespace n on n.oid = x.extnamespace
        where x.extname = 'vector' and n.nspname <> current_schema()), 'pg_temp'), true);
    """

  /// Since 0.8 the index goes on where a filter leaves too few of its rows. An older version refuses the setting.
  private static let iterativeScan = """
    do $$
    begin
      -- The library knows its settings once it is loaded.
      perform '[1]'::vector;
      if (select string_to_array(extversion, '.')::integer[] >= '{0,8}' from pg_extension where extname = 'vector') then
        alter function search_events set hnsw.iterative_scan = 'strict_order';
      end if;
      alter function search_events set hnsw.ef_search = 100;
    end
    $$;
    """
}
