/// A column of a declared table.
struct Column: Equatable, Sendable {
  let name: String
  let type: ColumnType
  let source: Source
  let allowsNull: Bool
  /// The value for a record that lacks the field or has null in it; `null` if there is none.
  let standard: ColumnValue
  let check: Check?
  /// The meaning, for the column's comment.
  let summary: String?

  /// The place from which a column takes its value.
  enum Source: Equatable, Sendable {
    /// A field of the record.
    case field(String)
    /// A fact about the record or its load.
    case fact(Fact)
    /// The fields that no column has.
    case unknownFields
  }

  /// A fact that a column can hold: `from: $hash`.
  enum Fact: String, CaseIterable, Sendable {
    /// The whole record as JSON.
    case record = "$record"
    /// The SHA-256 of the record, 64 hexadecimal digits. The order of its fields does not count.
    case hash = "$hash"
    case dataset = "$dataset"
    case source = "$source"
    case item = "$item"
    case run = "$run"
    /// The key of the document in S3.
    case rawKey = "$raw_key"
    /// The time at which the source was read.
    case listedAt = "$listed_at"

    var type: ColumnType {
      switch self {
      case .record: .jsonb
      case .listedAt: .timestamptz
      case .hash, .dataset, .source, .item, .run, .rawKey: .text(maximum: nil)
      }
    }
  }

  init(
    _ name: String, _ type: ColumnType, from source: Source? = nil, allowsNull: Bool = true,
    standard: ColumnValue = .null, check: Check? = nil, summary: String? = nil
  ) {
    self.name = name
    self.type = type
    self.source = source ?? .field(name)
    self.allowsNull = allowsNull
    self.standard = standard
    self.check = check
    self.summary = summary
  }

  /// True if another value makes the record another one. Facts of the load differ from run to run.
  var isContent: Bool {
    switch source {
    case .field, .unknownFields: true
    case .fact(let fact): [.record, .hash, .dataset, .source].contains(fact)
    }
  }

  /// The definition of the column in `create table` and `add column`.
  var sql: String {
    "\(SQL.quoted(name)) \(type.sql)" + (standard == .null ? "" : " default \(standard.literal(type))")
      + (allowsNull ? "" : " not null")
  }

  /// The name of the column's check constraint.
  var constraint: String {
    name.utf8.count <= 58 ? "\(name)_rule" : "\(name.prefix(40))_\(String(SQL.fnv(name), radix: 16))"
  }
}
