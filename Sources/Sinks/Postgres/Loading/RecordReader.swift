import Contracts
import Cryptography
import FoundationEssentials
import JSON
import Time

/// Reads records as rows of a table.
struct RecordReader {
  /// Bytes of a key. An entry of an index of Postgres has at most 2,704.
  static let maximumKeyBytes = 2000

  private let definition: TableDefinition
  private let columns: [Column]
  private let target: LoadTarget
  private let listedAt: Date?
  /// The indices of the key's columns.
  private let key: [Int]
  /// The indices of the columns that count for the content, in the order of their names, so that columns can be declared in
  /// another order.
  private let content: [Int]
  /// The columns' names in UTF-8.
  private let names: [[UInt8]]
  /// The fields that have a column.
  private let known: Set<String>
  /// True if there may be fields without a column that matter.
  private let looksForUnknown: Bool
  /// The error that fails the load; nil if there is none.
  private(set) var failure: PipelineError?
  private var hashed: [UInt8] = []
  private var digester: Digester?

  /// - Parameter columns: the declared columns, and those that were added for unknown fields.
  init(_ definition: TableDefinition, _ columns: [Column], _ target: LoadTarget, listedAt: Date?) {
    self.definition = definition
    self.columns = columns
    self.target = target
    self.listedAt = listedAt
    key = definition.key.compactMap { name in columns.firstIndex { $0.name == name } }
    names = columns.map { Array($0.name.utf8) }
    content = columns.indices.filter { columns[$0].isContent }
      .sorted { columns[$0].name.utf8.lexicographicallyPrecedes(columns[$1].name.utf8) }
    known = Self.knownFields(definition, columns)
    looksForUnknown = definition.unknownField != .ignore
  }

  /// Returns the fields that have a column or need none: a record's place in the archive, the line of a CSV file's row, and
  /// what makes the records this table's.
  static func knownFields(_ definition: TableDefinition, _ columns: [Column]) -> Set<String> {
    Set(columns.compactMap { if case .field(let name) = $0.source { name } else { nil } })
      .union([LineageField.record, LineageField.sourceRow]).union(definition.routingFields)
  }

  /// Returns the values of the key's columns; nil if one cannot be read.
  func key(of record: JSONObject) -> [ColumnValue]? {
    var values: [ColumnValue] = []
    for index in key {
      guard let value = try? value(of: columns[index], in: record), !value.isNull else { return nil }
      values.append(value)
    }
    return values
  }

  /// Returns the key of a row that the scraper rejected, if the table's key is one column.
  func key(of text: String?) -> [ColumnValue]? {
    guard let text, key.count == 1, let column = key.first.map({ columns[$0] }),
      let value = try? ValueReader.read(.string(text), as: column.type, field: column.name), value != .null
    else { return nil }
    return [value]
  }

  /// - Throws: the problem for which the record is rejected.
  mutating func row(_ record: JSONObject, at position: Int, _ key: [ColumnValue]?) throws(ValueProblem) -> TableRow {
    if looksForUnknown { try checkUnknownFields(of: record, key) }
    var values: [ColumnValue] = []
    values.reserveCapacity(columns.count)
    for index in columns.indices {
      let value = try value(of: columns[index], in: record)
      guard !value.isNull || columns[index].allowsNull else {
        let column = columns[index]
        throw ValueProblem(text: "\(field(of: column)) is missing: the column \(column.name) needs a value")
      }
      if let check = columns[index].check, !check.accepts(value) {
        throw ValueProblem(
          text: "\(field(of: columns[index])) is \(value.shown.prefix(60)): it must satisfy \(check.text)")
      }
      values.append(value)
    }
    let keyBytes = try Self.bytes(of: key ?? [])
    let origin = record[LineageField.record]?.string
    return TableRow(
      position: position, values: values, hash: try hash(of: values),
      record: origin.flatMap { $0.hasNUL ? nil : $0 }, key: key ?? [], keyBytes: keyBytes)
  }

  /// False for a key that is too long for an index, which no stored row has.
  static func isStorable(_ key: [ColumnValue]) -> Bool { (try? bytes(of: key)) != nil }

  private static func bytes(of key: [ColumnValue]) throws(ValueProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in key {
      let start = bytes.count
      value.append(to: &bytes)
      guard bytes.count <= maximumKeyBytes else {
        throw ValueProblem(text: "its key has more than \(maximumKeyBytes) bytes, which is too long for an index")
      }
      append(length: bytes.count - start, to: &bytes)
    }
    return bytes
  }

  /// Appends the length of a value, which keeps values apart that could be read across columns.
  private static func append(length: Int, to bytes: inout [UInt8]) {
    var length = UInt32(truncatingIfNeeded: length)
    for _ in 0..<4 {
      bytes.append(UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
  }

  private func field(of column: Column) -> String {
    if case .field(let name) = column.source { name } else { column.name }
  }

  private func value(of column: Column, in record: JSONObject) throws(ValueProblem) -> ColumnValue {
    let value: ColumnValue
    switch column.source {
    case .field(let name):
      guard let field = record[name] else { return column.standard }
      value = try ValueReader.read(field, as: column.type, field: name)
    case .fact(let fact): value = try self.value(of: fact, record)
    case .unknownFields: value = .json(try ValueReader.json(.object(unknownFields(of: record, column)), column.name))
    }
    return value.isNull ? column.standard : value
  }

  private func value(of fact: Column.Fact, _ record: JSONObject) throws(ValueProblem) -> ColumnValue {
    switch fact {
    case .record: .json(try Self.json(record))
    case .hash: .text(try Self.sha256(Array(try Self.json(record).utf8)).hexadecimal)
    case .dataset: .text(target.dataset.id)
    case .source: .text(target.dataset.source)
    case .item: .text(target.item.id)
    case .run: target.run.map { .text($0) } ?? .null
    case .rawKey: .text(target.key)
    case .listedAt:
      listedAt.map { .time(microseconds: Int(($0.timeIntervalSince1970 * 1_000_000).rounded())) } ?? .null
    }
  }

  private static func json(_ record: JSONObject) throws(ValueProblem) -> String {
    var record = record
    record[LineageField.record] = nil
    record[LineageField.sourceRow] = nil
    return try ValueReader.json(.object(record), "the record")
  }

  /// Returns the fields without a column. Those of an object in the metadata column's own field are among them, unless one
  /// has the name of another field: then the object stays whole, under its own name.
  private func unknownFields(of record: JSONObject, _ metadata: Column) -> JSONObject {
    let unknown = record.members.filter { !known.contains($0.name) }
    guard case .object(var fields)? = record[metadata.name],
      !unknown.contains(where: { $0.name != metadata.name && fields[$0.name] != nil })
    else { return JSONObject(unique: unknown) }
    fields.append(unknown.filter { $0.name != metadata.name })
    return fields
  }

  /// Looks for a field that the definition does not allow. Null is no value that could be lost.
  private mutating func checkUnknownFields(of record: JSONObject, _ key: [ColumnValue]?) throws(ValueProblem) {
    guard definition.unknownField == .reject || definition.unknownField == .fail,
      let unknown = record.members.first(where: { !known.contains($0.name) && !$0.value.isNull })
    else { return }
    let name = ValueReader.shown(.string(unknown.name))
    if definition.unknownField == .fail {
      failure =
        failure
        ?? PipelineError(
          .schemaMismatch,
          "the record \(RowSet.label(key)) has the field \(name), which no column of \(definition.label) has, and schema_contract is "
            + "freeze. The table was not changed. Declare a column for it, or set schema_contract to evolve or discard_value"
        )
    }
    throw ValueProblem(text: "the field \(name) has no column")
  }

  private mutating func hash(of values: [ColumnValue]) throws(ValueProblem) -> [UInt8] {
    hashed.removeAll(keepingCapacity: true)
    for index in content where !values[index].isNull {
      let start = hashed.count
      hashed += names[index]
      hashed.append(0)
      values[index].append(to: &hashed)
      Self.append(length: hashed.count - start, to: &hashed)
    }
    do throws(CryptographyError) {
      guard let digester else {
        let new = try Digester()
        digester = new
        return try new.digest(of: hashed)
      }
      return try digester.digest(of: hashed)
    } catch {
      throw ValueProblem(text: "its hash cannot be computed: \(error)")
    }
  }

  private static func sha256(_ bytes: [UInt8]) throws(ValueProblem) -> Digest {
    do { return try Digest(of: Data(bytes)) } catch {
      throw ValueProblem(text: "its hash cannot be computed: \(error)")
    }
  }
}
