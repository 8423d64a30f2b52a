import FoundationEssentials
import Text
import Time

/// The records of a document that are one file.
struct LineGroup {
  /// The value of the group's field.
  let id: String
  let key: String
  /// The version of the group; nil without an order.
  let order: String?
  /// True if records of the group were rejected: the lines that the document lacks are not known to be gone.
  let isInDoubt: Bool
  /// In the order of the file.
  let lines: [Line]

  init(_ id: String, order: String?, isInDoubt: Bool = false, _ lines: [Line], _ settings: LinesSettings) {
    self.id = id
    self.order = order
    self.isInDoubt = isInDoubt
    // A list of posts that moves while it is read has a post twice.
    var texts: Set<[UInt8]> = []
    self.lines = lines.sorted(by: Line.precedes).filter { texts.insert($0.text).inserted }
    let dates = lines.map(\.date)
    let first = dates.min() ?? CalendarDate(daysSinceEpoch: 0)
    key = settings.key.key(of: first...(dates.max() ?? first))
  }

  /// Returns the group with the lines of a stored file that it lacks.
  func keeping(_ stored: [Line], _ settings: LinesSettings) -> LineGroup {
    let own = lines.filter { !$0.isKept }
    let known = Set(own.map(\.id))
    return LineGroup(
      id, order: order, isInDoubt: isInDoubt, own + stored.filter { !known.contains($0.id) }, settings)
  }

  /// The file: a line for each record, and no newline at its end.
  var body: Data { Data(lines.map(\.text).joined(separator: [UInt8(ascii: "\n")])) }

  /// The group's id as a part of a key, and as metadata.
  var name: String { Self.name(of: id) }

  static func name(of id: String) -> String { PercentEncoding.encode(id) }

  /// The key of a group's index.
  static func indexKey(_ name: String, of dataset: String, _ settings: LinesSettings) -> String {
    "index/\(settings.key.folder)\(dataset)/\(name).json"
  }
}
