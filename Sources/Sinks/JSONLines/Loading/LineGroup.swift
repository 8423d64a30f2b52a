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
  /// In the order of the file.
  let lines: [Line]

  init(_ id: String, order: String?, _ lines: [Line], _ settings: LinesSettings) {
    self.id = id
    self.order = order
    var sorted: [Line] = []
    // A list of posts that moves while it is read has a post twice.
    for line in lines.sorted(by: Line.precedes) where sorted.last.map({ $0.text != line.text }) ?? true {
      sorted.append(line)
    }
    self.lines = sorted
    let dates = sorted.map(\.date)
    let first = dates.min() ?? CalendarDate(daysSinceEpoch: 0)
    key = settings.key.key(of: first...(dates.max() ?? first))
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
