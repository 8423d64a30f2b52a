import Definitions
import JSON

/// A rule of a declared table that its definition breaks.
struct TableProblem: Error, Equatable {
  /// The key to name: `columns.price.check`.
  let key: String
  let text: String
}

extension TableDefinition {
  /// Reads a section that satisfies the form, and checks the rules over several keys.
  init(_ section: Section) throws(TableProblem) {
    let parts = (section.text("table") ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.last, (1...2).contains(parts.count), parts.allSatisfy(Identifier.isValid) else {
      throw TableProblem(key: "table", text: "it must be \(Identifier.allowed), or two of them as schema.name")
    }
    let schema = parts.count == 2 ? parts[0] : "public"
    if let problem = Identifier.reserved(schema: schema, table: name) {
      throw TableProblem(key: "table", text: problem)
    }
    let policy = try Self.policy(section)
    var columns = try Self.columns(section, metadata: policy.metadata)
    let key = section.texts("key")
    columns = try Self.apply(key, to: columns)
    self.init(
      schema: schema, name: name, key: key, columns: columns, unknownField: policy.unknownField,
      evolves: section.text("schema_contract") == "evolve", softDelete: section.flag("soft_delete") ?? false,
      minimumRatio: section.number("minimum_ratio") ?? Self.standardMinimumRatio,
      createsSchema: section.flag("create_schema") ?? false, summary: section.text("summary"),
      routingFields: Set(section.section("where")?.keys ?? []),
      merge: section.text("merge").flatMap { Merge(rawValue: $0) } ?? .replace)
  }

  static let standardMinimumRatio = 0.5

  private static func policy(_ section: Section) throws(TableProblem) -> (unknownField: UnknownField, metadata: String?)
  {
    let contract = section.text("schema_contract")
    let chosen = section.text("on_unknown_field").flatMap { UnknownField(rawValue: $0) }
    let contracted: UnknownField? =
      switch contract {
      case "freeze": .fail
      case "discard", "discard_value": .ignore
      case "discard_row": .reject
      default: nil
      }
    if let contract, let chosen, contract.hasPrefix("discard"), chosen != contracted {
      throw TableProblem(
        key: "on_unknown_field",
        text: "it is \(chosen.rawValue), but schema_contract is \(contract): each decides on unknown fields, give one")
    }
    let declared = section.section("columns")?.section("metadata")?.text("type") == "jsonb" ? "metadata" : nil
    let metadata = section.text("metadata") ?? declared
    let unknownField = chosen ?? contracted ?? (metadata == nil ? .ignore : .keep)
    if section["metadata"] != nil, unknownField != .keep {
      throw TableProblem(
        key: "metadata",
        text: "it is the column of unknown fields, but they are not kept: on_unknown_field must be keep")
    }
    return (unknownField, unknownField == .keep ? metadata ?? "metadata" : nil)
  }

  private static func columns(_ section: Section, metadata: String?) throws(TableProblem) -> [Column] {
    var columns: [Column] = []
    for (name, value) in section.section("columns")?.values ?? [] {
      guard let declaration = value.section else { continue }
      let column = try Column(name, declaration, isMetadata: name == metadata)
      if let other = columns.first(where: { $0.name == name }) {
        throw TableProblem(key: "columns.\(name)", text: "the column \(other.name) is declared twice")
      }
      columns.append(column)
    }
    guard !columns.isEmpty else { throw TableProblem(key: "columns", text: "it has no column") }
    guard columns.count <= maximumColumns else {
      throw TableProblem(key: "columns", text: "it has \(columns.count) columns: at most \(maximumColumns) are allowed")
    }
    if let metadata, !columns.contains(where: { $0.name == metadata }) {
      guard Identifier.isValidColumn(metadata) else {
        throw TableProblem(key: "metadata", text: "it must be \(Identifier.allowedColumn)")
      }
      columns.append(
        Column(
          metadata, .jsonb, from: .unknownFields, allowsNull: false, standard: .json("{}"), summary: metadataSummary))
    }
    return columns
  }

  static let maximumColumns = 500
  static let metadataSummary = "the fields that have no column of their own"

  private static func apply(_ key: [String], to columns: [Column]) throws(TableProblem) -> [Column] {
    guard !key.isEmpty, key.count <= 16 else {
      throw TableProblem(key: "key", text: "it must name 1 to 16 columns")
    }
    for name in key {
      guard let column = columns.first(where: { $0.name == name }) else {
        throw TableProblem(
          key: "key", text: "\(name) is no column: it must be one of \(columns.map(\.name).joined(separator: ", "))")
      }
      guard column.type.isKeyType, column.isContent else {
        throw TableProblem(
          key: "key",
          text: "the column \(name) cannot be in a key: its values are not compared exactly, or differ from run to run")
      }
      guard key.count(where: { $0 == name }) == 1 else {
        throw TableProblem(key: "key", text: "\(name) is in it twice")
      }
    }
    return columns.map { column in
      guard key.contains(column.name) else { return column }
      return Column(
        column.name, column.type, from: column.source, allowsNull: false, standard: column.standard,
        check: column.check,
        summary: column.summary)
    }
  }
}

extension Column {
  fileprivate init(_ name: String, _ section: Section, isMetadata: Bool) throws(TableProblem) {
    let path = "columns.\(name)"
    guard Identifier.isValidColumn(name) else {
      throw TableProblem(key: path, text: "the column's name must be \(Identifier.allowedColumn)")
    }
    guard var type = ColumnType(section.text("type") ?? "") else {
      throw TableProblem(key: "\(path).type", text: "it must be one of \(ColumnType.names)")
    }
    if let maximum = section.integer("max_length") {
      guard case .text = type else {
        throw TableProblem(key: "\(path).max_length", text: "only a text column has it")
      }
      type = .text(maximum: maximum)
    }
    var source: Source = isMetadata ? .unknownFields : .field(section.text("from") ?? name)
    if let from = section.text("from"), from.hasPrefix("$") {
      guard let fact = Fact(rawValue: from) else {
        let facts = Fact.allCases.map(\.rawValue).joined(separator: ", ")
        throw TableProblem(key: "\(path).from", text: "\(from) is no fact of a record: it must be one of \(facts)")
      }
      guard type == fact.type || { if case .text = type { fact.type == .text(maximum: nil) } else { false } }() else {
        throw TableProblem(key: "\(path).type", text: "it must be \(fact.type.sql) for \(from)")
      }
      source = .fact(fact)
    }
    if isMetadata, type != .jsonb {
      throw TableProblem(key: "\(path).type", text: "it must be jsonb: the column holds the unknown fields")
    }
    var check: Check?
    if let text = section.text("check") {
      check = CheckReader.read(text, of: name, type)
      guard check != nil else { throw TableProblem(key: "\(path).check", text: "it must be \(CheckReader.allowed)") }
    }
    let standard = try Self.standard(section, type, path)
    if let check, !check.accepts(standard) {
      throw TableProblem(key: "\(path).default", text: "it does not satisfy the check \(check.text)")
    }
    self.init(
      name, type, from: source, allowsNull: isMetadata ? false : section.flag("null") ?? true,
      standard: isMetadata && standard == .null ? .json("{}") : standard, check: check, summary: section.text("summary")
    )
  }

  private static func standard(_ section: Section, _ type: ColumnType, _ path: String) throws(TableProblem)
    -> ColumnValue
  {
    guard let text = section.text("default") else { return .null }
    do {
      switch type {
      case .jsonb, .texts: return try ValueReader.read(JSONValue(parsing: text), as: type, field: "default")
      default: return try ValueReader.read(.string(text), as: type, field: "default")
      }
    } catch {
      throw TableProblem(key: "\(path).default", text: "it must be \(type.allowed)")
    }
  }
}
