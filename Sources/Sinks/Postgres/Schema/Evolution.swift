import JSON
import Routing

/// The columns that unknown fields become under the contract `evolve`. It goes as far as nobody can be surprised: a field
/// with a plain name becomes a column of the type that all its values in the document have; an added integer column that
/// meets a fraction becomes numeric. A declared column never changes, and a value that does not fit rejects its record.
struct Evolution {
  private(set) var columns: [(name: String, type: ColumnType)] = []

  /// The types of the fields without a column, over all parts of a document.
  struct Fields {
    fileprivate var types: [String: ColumnType] = [:]
    fileprivate var names: [String] = []
    private let known: Set<String>

    init(of table: TableDefinition) { known = RecordReader.knownFields(table, table.columns) }

    mutating func add(_ document: SinkDocument) {
      for record in document.records {
        for member in record?.members ?? [] where !known.contains(member.name) {
          guard let type = ColumnType(inferredFrom: member.value) else { continue }
          guard let other = types[member.name] else {
            types[member.name] = type
            names.append(member.name)
            continue
          }
          types[member.name] = other.joined(with: type)
        }
      }
    }
  }

  init(_ fields: Fields, of table: TableDefinition, over state: TableState, isSuperseded: Bool) {
    guard table.evolves, !isSuperseded else { return }
    let evolved = state.kind == nil ? [] : state.declaration?.evolved ?? []
    let (types, names) = (fields.types, fields.names)
    var room = TableDefinition.maximumColumns - table.columns.count - evolved.count
    for name in names {
      guard let type = types[name], table.column(name) == nil else { continue }
      if let stored = evolved.first(where: { $0.name == name })?.type {
        if stored == .integer, type == .numeric(precision: nil, scale: 0) { columns.append((name, type)) }
      } else if Identifier.isValidColumn(name), state.column(name) == nil, room > 0 {
        room -= 1
        columns.append((name, type))
      }
    }
  }
}

extension ColumnType {
  /// Nil for null, which has no type.
  fileprivate init?(inferredFrom value: JSONValue) {
    switch value {
    case .null: return nil
    case .bool: self = .boolean
    case .number(let number): self = number.integer == nil ? .numeric(precision: nil, scale: 0) : .integer
    case .string: self = .text(maximum: nil)
    case .array, .object: self = .jsonb
    }
  }

  fileprivate func joined(with other: ColumnType) -> ColumnType {
    switch (self, other) {
    case _ where self == other: self
    case (.integer, .numeric), (.numeric, .integer): .numeric(precision: nil, scale: 0)
    default: .jsonb
    }
  }
}
