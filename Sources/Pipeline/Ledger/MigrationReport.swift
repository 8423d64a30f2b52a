/// Two scripts that record what a migration does to stored rows, in the temporary table `migration_changes`. They are kept
/// apart from the migration's own script, whose checksum databases have. The loader does not run them.
public struct MigrationAudit: Sendable {
  /// Runs before the migration, in its transaction: counts what will be changed, or keeps what `after` needs.
  public let before: String
  public let after: String

  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }

  static let table = """
    create temporary table migration_changes (
      position integer generated always as identity, action text, place text, rows bigint, reason text, examples text[]
    ) on commit drop;
    """
}

/// The result of `Database.upgrade`, or of its dry run.
public struct MigrationReport: Equatable, Sendable {
  /// Rows that a step changed.
  public struct Change: Equatable, Sendable {
    /// `merged`, `set to null` or `removed`.
    public let action: String
    /// A table, or a column as `venues.description`.
    public let place: String
    public let rows: Int
    public let reason: String
    /// Names of some of the rows.
    public let examples: [String]
  }

  public struct Step: Equatable, Sendable {
    public let version: Int
    public let name: String
    public internal(set) var changes: [Change] = []
    /// The definitions of the indexes that the step built, or, in a dry run, would build.
    public internal(set) var indexes: [String] = []
  }

  /// The migrations that were applied, in order; empty if the schema was current.
  public internal(set) var steps: [Step] = []
  /// The objects that were dropped and created again, such as `view reports.today`.
  public internal(set) var recreated: [String] = []

  public init() {}
}
