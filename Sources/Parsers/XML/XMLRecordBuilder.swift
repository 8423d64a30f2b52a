import Contracts
import JSON
import Processing
import XML

/// Makes records of the events of a document.
final class XMLRecordBuilder: XMLHandler {
  /// Elements and attributes of all records, so that a small document of empty elements does not fill the memory.
  private static let maximumValues = 2_000_000
  /// Records that are in memory at once.
  private static let maximumRecords = 100_000
  /// Elements within each other: libxml2 limits them only if it has the whole document.
  private static let maximumDepth = 256
  /// Children that are held back at most, until an element of a name, or the document's end, decides.
  private static let maximumHeld = 1000
  /// Paths that are counted for `festvibes try`.
  private static let maximumPaths = 200

  private let options: XMLOptions
  private let origin: String
  private(set) var records: [SourceRecord] = []
  /// The number of elements of each path; only counted if it is asked for.
  private(set) var paths: [(path: String, count: Int)]?
  private(set) var root: String?
  /// The reason why reading was given up; nil if it was not.
  private(set) var problem: String?

  private var path: [String] = []
  /// The elements from the record to the current one.
  private var open: [XMLElementBuilder] = []
  private var values = 0
  /// The number of records so far.
  private(set) var count = 0
  /// The bytes of texts and attributes of the open elements, which one record may have at most.
  private var bytes = 0
  /// True as long as a document may turn out to have no element at the places of records.
  private var isUndecided: Bool
  /// True if the children of the outermost element are the records.
  private var takesChildren = false
  /// Children of the outermost element, each a record if no element of a name comes.
  private var held: [XMLElementBuilder] = []
  /// The bytes of their texts and attributes.
  private var heldBytes = 0
  private let limit: BodyLimit
  /// False for a document whose records do not stay in memory.
  private let keepsRecords: Bool

  init(
    _ options: XMLOptions, origin: String, countsPaths: Bool = false, limit: BodyLimit = BodyLimit(),
    keepsRecords: Bool = true
  ) {
    self.limit = limit
    self.keepsRecords = keepsRecords
    self.options = options
    self.origin = origin
    isUndecided = options.fallsBack
    if countsPaths { paths = [] }
  }

  /// True if reading should end: the parser is then stopped.
  var isDone: Bool { problem != nil || count > Limits.maximumItemRecords }

  /// Returns the records that were read since the last call.
  func takeRecords() -> [SourceRecord] {
    var taken: [SourceRecord] = []
    swap(&taken, &records)
    return taken
  }

  private func giveUp(_ reason: String) { problem = problem ?? reason }

  func start(_ name: XMLName, attributes: [XMLAttribute]) {
    let name = text(of: name)
    path.append(name)
    if path.count > Self.maximumDepth { giveUp("its depth is more than \(Self.maximumDepth) elements") }
    if root == nil { root = name }
    if paths != nil { count(path.joined(separator: "/")) }
    if isUndecided, options.isRecord(path) { decide(takesChildren: false) }
    guard !open.isEmpty || (takesChildren || isUndecided ? path.count == 2 : options.isRecord(path)) else { return }
    values += 1 + attributes.count
    note(bytes: name.utf8.count)
    var element = XMLElementBuilder()
    for attribute in attributes {
      let name = text(of: attribute.name)
      note(bytes: name.utf8.count + attribute.value.utf8.count)
      element.addAttribute(name, attribute.value)
    }
    if keepsRecords, values > Self.maximumValues {
      giveUp("its records have more than \(Self.maximumValues) elements and attributes")
    }
    open.append(element)
  }

  func text(_ bytes: Span<UInt8>) {
    guard !open.isEmpty else { return }
    note(bytes: bytes.count)
    open[open.count - 1].addText(bytes)
  }

  func end() {
    let name = path.popLast() ?? ""
    guard let element = open.popLast() else { return }
    if !open.isEmpty {
      open[open.count - 1].addChild(name, element.value, isList: options.lists.contains(name))
    } else if isUndecided {
      held.append(element)
      heldBytes += bytes
      bytes = 0
      // A part of what one record may have, which is to come yet.
      if held.count == Self.maximumHeld || heldBytes > limit.bytes / 4 { decide(takesChildren: true) }
    } else {
      add(element)
    }
  }

  private func add(_ element: XMLElementBuilder) {
    records.append(SourceRecord(element.record, origin: "\(origin)#\(count)"))
    count += 1
    bytes = 0
    if keepsRecords, count > Self.maximumRecords {
      giveUp("it has more than \(Self.maximumRecords) records, the most that are in memory at once: divide it")
    }
  }

  /// Decides where the records are, for the rest of the document.
  private func decide(takesChildren: Bool) {
    isUndecided = false
    self.takesChildren = takesChildren
    if takesChildren { for element in held { add(element) } }
    held = []
    if !takesChildren { (open, bytes) = ([], 0) }
  }

  /// Ends a document that has shown no place of records: its outermost element's children are what there is.
  func finish() { if isUndecided { decide(takesChildren: true) } }

  private func text(of name: XMLName) -> String {
    guard options.hasPrefixes, let prefix = name.prefix else { return name.local }
    return "\(prefix):\(name.local)"
  }

  private func note(bytes count: Int) {
    bytes += count
    if bytes > limit.bytes { giveUp("the record with the number \(self.count) \(limit.refusal(of: limit.bytes))") }
  }

  private func count(_ path: String) {
    if let index = paths?.firstIndex(where: { $0.path == path }) {
      paths?[index].count += 1
    } else if let count = paths?.count, count < Self.maximumPaths {
      paths?.append((path, 1))
    }
  }
}
