import Contracts
import FoundationEssentials
import JSON
import Routing
import Time

/// The records of a document with all its parts, by their groups.
struct IncomingLines {
  /// Bytes of lines in memory. A document with more is refused.
  static let maximumBytes = 48 << 20

  /// The groups in the order of the document.
  private(set) var groups: [LineGroup] = []
  /// The report so far: what was found, what was rejected, and what a newer version in the same document replaces.
  var report: LoadReport
  private let document: PartedDocument
  private let deadline: Deadline
  /// The position of each part's first record.
  private var starts: [Int] = []

  private static let fault = "are no lines of a file"

  fileprivate struct Collected {
    var order: String?
    var lines: [Line] = []
  }

  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; `SourceChanged` for one of too many
  ///   records or rejections.
  init(
    _ document: PartedDocument, _ settings: LinesSettings, for target: LoadTarget, now: Date, deadline: Deadline
  ) throws(PipelineError) {
    report = LoadReport(records: RecordCounts())
    self.document = document
    self.deadline = deadline
    var (collected, ids, bytes) = ([String: Collected](), [String](), 0)
    // Groups of which records were rejected, by the rows' keys. A row without a key may be any group's.
    var (rejected, areAllNamed) = (Set<String>(), true)
    for index in 0..<document.count {
      let data = try document.part(index, deadline: deadline)
      let part = try SinkDocument(data, for: target, now: now, parts: document.parts)
      if index == 0 { report.listedAt = part.listedAt }
      let start = report.records.found
      starts.append(start)
      var rejections: [LoadReport.Rejection] = []
      for (offset, fields) in part.records.enumerated() {
        let position = start + offset
        do throws(LineProblem) {
          let (id, order, line) = try Self.read(fields, at: position, settings)
          bytes += line.text.count
          if collected[id] == nil { ids.append(id) }
          collected[id, default: Collected(order: order)].add(line, order, &report)
        } catch {
          let id = fields?[settings.group]?.lineText
          rejections.append(.init(position: position, reason: error.reason, key: id))
          if let id { rejected.insert(id) } else { areAllNamed = false }
        }
      }
      for (offset, row) in part.rejected.enumerated() {
        rejections.append(.init(position: start + part.records.count + offset, reason: row.reason, key: row.key))
        if let key = row.key { rejected.insert(key) } else { areAllNamed = false }
      }
      report.records.found += part.records.count + part.rejected.count
      try report.reject(rejections, of: data, from: start, as: Self.fault)
      guard bytes <= Self.maximumBytes else {
        throw PipelineError(
          .sourceChanged,
          "\(target.key) has more than \(Self.maximumBytes >> 20) MB of lines, which a loader does not have the memory for: divide "
            + "the dataset into smaller items. Nothing was changed")
      }
    }
    for id in ids {
      guard let group = collected[id] else { continue }
      let isInDoubt = !areAllNamed || rejected.contains(id)
      let made = LineGroup(id, order: group.order, isInDoubt: isInDoubt, group.lines, settings)
      report.records.unchanged += group.lines.count - made.lines.count
      groups.append(made)
    }
  }

  private static func read(
    _ fields: JSONObject?, at position: Int, _ settings: LinesSettings
  ) throws(LineProblem) -> (id: String, order: String?, line: Line) {
    guard let fields else { throw LineProblem(reason: "it is no JSON object") }
    guard let id = fields[settings.group]?.lineText, id.utf8.count <= 200 else {
      throw LineProblem(
        reason: "its \(settings.group) must be a text or a number of at most 200 bytes, by which its file is "
          + "known")
    }
    var order: String?
    if let field = settings.order {
      order = fields[field]?.lineText
      guard order != nil else { throw LineProblem(reason: "it has no \(field), which orders the versions of its file") }
    }
    return (id, order, try Line(fields, at: position, settings))
  }

  /// Rejects records after the document was read.
  mutating func reject(_ rejections: [LoadReport.Rejection]) throws(PipelineError) {
    try report.reject(rejections, of: document, starting: starts, as: Self.fault, deadline)
  }
}

extension IncomingLines.Collected {
  /// Adds a record of the newest version of its group; an older one counts as unchanged.
  fileprivate mutating func add(_ line: Line, _ order: String?, _ report: inout LoadReport) {
    if LineOrder.isEarlier(order, than: self.order) {
      report.records.unchanged += 1
      return
    }
    if LineOrder.isEarlier(self.order, than: order) {
      report.records.unchanged += lines.count
      lines = []
      self.order = order
    }
    lines.append(line)
  }
}

/// The order of the versions of a group: of texts by their bytes, as of times in RFC 3339 in UTC.
enum LineOrder {
  /// - Returns: false if one of them is not known.
  static func isEarlier(_ left: String?, than right: String?) -> Bool {
    guard let left, let right else { return false }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
