/// The SQL functions of the search. They need pgvector, and the columns with vectors: whoever prepares a database for
/// enrichment runs this script after those, as one script or in one transaction. It may run again at any time.
public enum SearchFunctions {
  /// The number of rows up to which all vectors are compared. Beyond, the HNSW index is used.
  public static let largestExactSearch = 50_000

  /// Creates or replaces `search_events` and `similar_artists`.
  public static let searchFunctions: String = [script, comments].joined(separator: "\n")

  /// An SQL expression that is true if the database has the functions of this version, with the settings that its pgvector
  /// knows.
  public static let isCurrent = """
    exists (
      select from pg_proc p cross join pg_extension x
      where p.proname = 'search_events' and pg_function_is_visible(p.oid) and x.extname = 'vector'
        and obj_description(p.oid, 'pg_proc') like '%(\(version))'
        and (string_to_array(x.extversion, '.')::integer[] < '{0,8}'
          or 'hnsw.iterative_scan=strict_order' = any (p.proconfig)))
    """

  private static let script = [earlierVersions, searchPath, events, artists, iterativeScan].joined(separator: "\n")

  /// FNV-1a of the script: a changed function is another version.
  private static let version: String = {
    let hash = script.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return String(hash, radix: 16)
  }()

  /// The functions with their arguments' types: a function of the same name and other arguments may be somebody else's.
  private static let searchEvents = """
    search_events(vector, date, date, integer[], interval, interval, boolean, double precision, double precision,
      integer[], double precision, text[], text[], integer[], text, integer, text, text)
    """
  private static let similarArtists = "similar_artists(integer, date, integer)"

  private static let comments = """
    comment on function \(searchEvents) is 'Scheduled events by meaning, words, names, genres, day, time and place, the best '
      'first, with the parts of each score. (\(version))';
    comment on function \(similarArtists) is 'The artists most like one, by meaning, genres and links of the source, the best '
      'first, with the parts of each score. (\(version))';
    """

  /// Drops the earlier versions, which their comments show: `create or replace` would leave one with other arguments beside
  /// this one. One that a view needs stays, and is replaced if it has the same arguments.
  private static let earlierVersions = """
    do $$
    declare
      earlier regprocedure;
    begin
      for earlier in
        select oid::regprocedure from pg_proc
        where proname in ('search_events', 'similar_artists') and pronamespace = current_schema()::regnamespace
          and obj_description(oid, 'pg_proc') ~ ' [(][0-9a-f]{1,16}[)]$'
      loop
        begin
          execute format('drop function %s', earlier);
        exception when dependent_objects_still_exist then null;
        end;
      end loop;
    end
    $$;
    """

  /// The functions are bound to the schemas of the tables and of the extension, whoever calls them: `from current` takes
  /// this setting, which ends with the transaction. The first schema is that in which they are made. PostgreSQL's own comes
  /// before it without being named, and temporary tables come last.
  private static let searchPath = """
    select set_config('search_path', concat_ws(', ', quote_ident(current_schema()), (
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
        alter function \(searchEvents) set hnsw.iterative_scan = 'strict_order';
      end if;
      alter function \(searchEvents) set hnsw.ef_search = 100;
    end
    $$;
    """
}
