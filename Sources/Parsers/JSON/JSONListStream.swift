import Contracts
import JSON
import Processing

/// Reads the elements of one list of a JSON document that comes in segments: of the document itself, or at a path of names.
/// Every other value is parsed as well, so that a text that is not JSON is found; but one value at once is in memory.
final class JSONListStream: RecordStream {
  /// Elements that are passed on at once.
  private static let batch = 1000

  private enum State {
    case start
    case value
    /// Before a member's name, or the end of the object if it is the first one.
    case name(isFirst: Bool)
    case behindMember
    case element(isFirst: Bool)
    case behindElement
    case end

    /// The error of a document that ends here; nil if it may.
    var problemAtEnd: String? {
      switch self {
      case .start, .value, .element: "the text ends where a value must stand"
      case .name: "an object lacks a name in quotation marks"
      case .behindMember: "an object lacks a comma or its end"
      case .behindElement: "a list lacks a comma or its end"
      case .end: nil
      }
    }
  }

  private let head: RawBody
  private let parser: JSONParser
  private var reader = JSONTextReader()
  private var state = State.start
  private var target: JSONListTarget
  private var scanner: JSONValueScanner?
  private var count = 0
  private var records = Records()

  /// - Parameter path: the names that lead to the list; nil for the document, or one of the usual names.
  init(_ head: RawBody, parser: JSONParser, path: [String]?) {
    self.head = head
    self.parser = parser
    target = JSONListTarget(path: path)
  }

  func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    reader.add(bytes, isLast: isLast)
    while try step() {
      if records.records.count + records.rejected.count >= Self.batch { try pass(use) }
    }
    try pass(use)
    reader.forget()
    guard reader.count <= head.limit.bytes else {
      throw PipelineError(
        .sourceChanged,
        "\(head.address) has a value at line \(reader.place.line) that \(head.limit.refusal(of: head.limit.bytes)): name the list of "
          + "its records as parse.records, as a path such as .data.items[]")
    }
    guard isLast else { return }
    if let problem = state.problemAtEnd { throw failure(reader.error(problem)) }
    if !target.isFound {
      try use(try JSONParser.sorted(parser.values(in: target.skeleton, of: head), of: head))
    }
  }

  private func pass(_ use: (Records) throws(PipelineError) -> Void) throws(PipelineError) {
    guard !records.records.isEmpty || !records.rejected.isEmpty else { return }
    var full = Records()
    swap(&full, &records)
    try use(full)
  }

  private func failure(_ error: JSONError) -> PipelineError {
    PipelineError(.sourceChanged, "\(head.address) is not JSON: \(error)\(JSONParser.hint(reader.beginning, in: head))")
  }

  /// Reads the next token or value.
  /// - Returns: false if it is not whole yet, or the document has ended.
  private func step() throws(PipelineError) -> Bool {
    if case .start = state {
      guard reader.hasBeginning else { return false }
      try JSONParser.checkEncoding(reader.beginning, in: head)
      reader.skipMark()
      state = .value
    }
    // A value that has begun is read to its end.
    if scanner != nil { return try readValue() }
    guard let byte = reader.next() else { return false }
    switch state {
    case .start: return true
    case .value: return try begin(byte)
    case .name(let isFirst):
      if byte == UInt8(ascii: "}"), isFirst { return close() }
      guard byte == UInt8(ascii: "\"") else {
        throw failure(reader.error("an object lacks a name in quotation marks"))
      }
      return try readName()
    case .behindMember:
      if byte == UInt8(ascii: "}") { return close() }
      guard byte == UInt8(ascii: ",") else { throw failure(reader.error("an object lacks a comma or its end")) }
      reader.pass()
      state = .name(isFirst: false)
    case .element(let isFirst):
      if byte == UInt8(ascii: "]"), isFirst { return closeList() }
      return try readValue()
    case .behindElement:
      if byte == UInt8(ascii: "]") { return closeList() }
      guard byte == UInt8(ascii: ",") else { throw failure(reader.error("a list lacks a comma or its end")) }
      reader.pass()
      state = .element(isFirst: false)
    case .end: throw failure(reader.error("there is text behind the value"))
    }
    return true
  }

  /// Begins the value of a member, or the document.
  private func begin(_ byte: UInt8) throws(PipelineError) -> Bool {
    switch target.role(of: byte) {
    case .list:
      if let other = target.conflict {
        throw PipelineError(
          .sourceChanged,
          "\(head.address) has lists of records in '\(other.0)' and in '\(other.1)': name the right one as parse.records"
        )
      }
      target.find()
      reader.pass()
      state = .element(isFirst: true)
    case .object:
      target.open()
      reader.pass()
      state = .name(isFirst: true)
    case .other: return try readValue()
    }
    return true
  }

  private func close() -> Bool {
    reader.pass()
    target.close()
    state = target.isClosed ? .end : .behindMember
    return true
  }

  private func closeList() -> Bool {
    reader.pass()
    state = target.isClosed ? .end : .behindMember
    return true
  }

  private func readName() throws(PipelineError) -> Bool {
    guard let name = try parsed(withColon: true)?.string else { return false }
    guard target.enter(name) else {
      throw failure(reader.error("an object has the name \"\(name.prefix(40))\" twice", atValue: true))
    }
    state = .value
    return true
  }

  /// Reads a value: an element, or one that is no record.
  private func readValue() throws(PipelineError) -> Bool {
    guard let value = try parsed() else { return false }
    if case .element = state {
      if case .object(let fields) = value {
        records.records.append(SourceRecord(fields, origin: "\(head.origin)#\(count)"))
      } else {
        records.rejected.append(
          JSONParser.rejection("record \(count) is \(value.kind), not an object", text: value.text))
      }
      count += 1
      state = .behindElement
    } else {
      target.note(value)
      state = target.isClosed ? .end : .behindMember
    }
    return true
  }

  /// Parses the value at the place of reading, and passes it.
  /// - Parameter withColon: true for a name, which is passed together with the colon behind it.
  private func parsed(withColon: Bool = false) throws(PipelineError) -> JSONValue? {
    do throws(JSONError) {
      return withColon ? try reader.name() : try reader.value(&scanner)
    } catch { throw failure(error) }
  }
}
