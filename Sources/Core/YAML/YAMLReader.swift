import CYAML

/// Reads one YAML document by libyaml's events, strictly: aliases, anchors, tags, merge keys, repeated and non-text names,
/// and a second document are errors.
struct YAMLReader: ~Copyable {
  /// The depth of nested lists and mappings.
  static let maximumDepth = 50
  /// Nodes of a document, so that a file which is no definition ends early.
  private static let maximumNodes = 100_000

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The bytes that the parser reads. They must not move.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private var nodes = 0
  private(set) var problems: [YAMLError] = []

  init(_ text: [UInt8]) {
    // libyaml looks for a byte order mark only if it may guess the encoding. Some editors write one.
    let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
    parser = .allocate(capacity: 1)
    bytes = .allocate(capacity: text.count)
    _ = bytes.initialize(from: text)
    // Fails only without memory, and then reading fails at once.
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  /// - Returns: the document's node; nil for an empty document.
  mutating func read() throws(YAMLError) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let event = try next()
      switch event.kind {
      case .end: return root
      case .boundary: continue
      case .node where root != nil:
        throw YAMLError(path: "", problem: "a second document begins here: a file has one", place: event.place)
      case .node: root = try node(event, path: "", depth: 0)
      case .close: continue
      }
    }
  }

  private struct Event {
    enum Kind {
      case end, boundary
      case node(Node)
      case close
    }
    enum Node {
      case scalar(String, isPlain: Bool)
      case sequence, mapping
      /// A node of a forbidden kind, with the reason.
      case forbidden(String)
    }
    let kind: Kind
    let place: YAMLPlace
    /// A tag or an anchor on a node that can be read all the same.
    var flaw: String?
  }

  private mutating func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    let place = YAMLPlace(event.start_mark)
    switch event.type {
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return Event(kind: .end, place: place)
    case YAML_ALIAS_EVENT:
      return Event(kind: .node(.forbidden("aliases are not allowed: repeat the value")), place: place)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let flaw = Self.flaw(anchor: scalar.anchor, tag: scalar.tag)
      return Event(
        kind: .node(.scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)), place: place, flaw: flaw)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return Event(kind: .node(.sequence), place: place, flaw: Self.flaw(anchor: start.anchor, tag: start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return Event(kind: .node(.mapping), place: place, flaw: Self.flaw(anchor: start.anchor, tag: start.tag))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .close, place: place)
    default: return Event(kind: .boundary, place: place)
    }
  }

  private static func flaw(anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?)
    -> String?
  {
    if anchor != nil { return "anchors are not allowed" }
    return tag == nil ? nil : "tags are not allowed: the format says each value's type"
  }

  private mutating func node(_ event: Event, path: String, depth: Int) throws(YAMLError) -> YAMLNode {
    guard case .node(let node) = event.kind else {
      throw YAMLError(path: path, problem: "a value is missing", place: event.place)
    }
    nodes += 1
    guard depth <= Self.maximumDepth, nodes <= Self.maximumNodes else {
      throw YAMLError(
        path: path,
        problem: "values are nested more than \(Self.maximumDepth) deep, or there are more than \(Self.maximumNodes)",
        place: event.place)
    }
    if let flaw = event.flaw { problems.append(YAMLError(path: path, problem: flaw, place: event.place)) }
    switch node {
    case .scalar(let text, let isPlain): return YAMLNode(.scalar(text, isPlain: isPlain), at: event.place)
    case .sequence: return YAMLNode(.sequence(try elements(path: path, depth: depth)), at: event.place)
    case .mapping: return YAMLNode(.mapping(try members(path: path, depth: depth)), at: event.place)
    case .forbidden(let reason):
      problems.append(YAMLError(path: path, problem: reason, place: event.place))
      return YAMLNode(.scalar("", isPlain: true), at: event.place)
    }
  }

  private mutating func elements(path: String, depth: Int) throws(YAMLError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while true {
      let event = try next()
      if case .close = event.kind { return elements }
      elements.append(try node(event, path: "\(path)[\(elements.count)]", depth: depth + 1))
    }
  }

  private mutating func members(path: String, depth: Int) throws(YAMLError) -> [YAMLNode.Member] {
    var members: [YAMLNode.Member] = []
    var lines: [String: Int] = [:]
    while true {
      let key = try next()
      if case .close = key.kind { return members }
      guard case .node(.scalar(let name, let isPlain)) = key.kind else {
        throw YAMLError(path: path, problem: "a name must be a text", place: key.place)
      }
      let place = path.isEmpty ? name : "\(path).\(name)"
      if let flaw = key.flaw { problems.append(YAMLError(path: place, problem: flaw, place: key.place)) }
      if isPlain, name == "<<" {
        problems.append(
          YAMLError(path: place, problem: "merge keys are not allowed: repeat the values", place: key.place))
      }
      let value = try node(next(), path: place, depth: depth + 1)
      if let line = lines[name] {
        problems.append(YAMLError(path: place, problem: "given before on line \(line)", place: key.place))
      } else {
        lines[name] = key.place.line
        members.append(YAMLNode.Member(name: name, place: key.place, value: value))
      }
    }
  }

  private func failure() -> YAMLError {
    let state = parser.pointee
    let text = { (pointer: UnsafePointer<CChar>?) in pointer.map { String(cString: $0) } }
    var problem = text(state.problem) ?? "it cannot be read"
    guard state.error != YAML_READER_ERROR else {
      return YAMLError(path: "", problem: problem, place: place(ofByte: state.problem_offset))
    }
    if let context = text(state.context) {
      problem = "\(context): \(problem)"
      if state.context_mark.line < state.problem_mark.line {
        problem += " (it began on line \(state.context_mark.line + 1))"
      }
    }
    return YAMLError(path: "", problem: problem + Self.advice(problem), place: YAMLPlace(state.problem_mark))
  }

  /// The usual cause of a problem that libyaml describes by its grammar.
  private static func advice(_ problem: String) -> String {
    if problem.hasPrefix("while parsing a flow ") {
      return ": a text with one of [ ] { } , needs quotation marks, and every bracket its end"
    }
    return problem.hasPrefix("while parsing a block mapping: ") ? ": indent it as the keys beside it" : ""
  }

  /// The place of a byte, for errors of the encoding, which have no mark.
  private func place(ofByte offset: Int) -> YAMLPlace {
    let read = bytes.prefix(offset)
    let line = read.count { $0 == 0x0A }
    return YAMLPlace(line: line + 1, column: offset - (read.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1)
  }
}

extension YAMLPlace {
  init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}
