import Contracts
import JSON
import Processing

/// Makes records of the events of a parser.
final class XMLRecordBuilder {
  /// Elements and attributes of all records, so that a small document of empty elements does not fill the memory.
  private static let maximumValues = 2_000_000
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

  init(_ options: XMLOptions, origin: String, countsPaths: Bool) {
    self.options = options
    self.origin = origin
    if countsPaths { paths = [] }
  }

  /// True if reading should end: the parser is then stopped.
  var isDone: Bool { problem != nil || records.count > Limits.maximumRecords }

  func giveUp(_ reason: String) { problem = problem ?? reason }

  func name(_ local: String, prefix: String?) -> String {
    guard options.hasPrefixes, let prefix else { return local }
    return "\(prefix):\(local)"
  }

  func start(_ name: String, attributes: [(name: String, value: String)]) {
    path.append(name)
    if root == nil { root = name }
    if paths != nil { count(path.joined(separator: "/")) }
    guard !open.isEmpty || options.isRecord(path) else { return }
    values += 1 + attributes.count
    if values > Self.maximumValues {
      giveUp("its records have more than \(Self.maximumValues) elements and attributes")
    }
    var element = XMLElementBuilder()
    for attribute in attributes { element.addAttribute(attribute.name, attribute.value) }
    open.append(element)
  }

  func text(_ bytes: some Sequence<UInt8>) {
    guard !open.isEmpty else { return }
    open[open.count - 1].addText(bytes)
  }

  func end() {
    let name = path.popLast() ?? ""
    guard let element = open.popLast() else { return }
    if open.isEmpty {
      records.append(SourceRecord(element.record, origin: "\(origin)#\(records.count)"))
    } else {
      open[open.count - 1].addChild(name, element.value, isList: options.lists.contains(name))
    }
  }

  private func count(_ path: String) {
    if let index = paths?.firstIndex(where: { $0.path == path }) {
      paths?[index].count += 1
    } else if let count = paths?.count, count < Self.maximumPaths {
      paths?.append((path, 1))
    }
  }
}
