import Contracts
import FoundationEssentials
import JSON

/// The lines of a group that differ from the stored ones.
struct LineChanges {
  private(set) var new = 0
  private(set) var changed = 0
  private(set) var unchanged = 0
  /// Those that a reader of the file would see.
  private(set) var differences: [DryRun.Difference] = []

  init(_ plan: GroupPlan, _ settings: LinesSettings) {
    // Kept lines are no records of the document.
    let lines = plan.group.lines.filter { !$0.isKept }
    let stored = plan.index.map { $0.value.key == plan.group.key } ?? true ? plan.file : plan.moved
    guard !plan.isSuperseded, plan.keeper == nil, stored?.body != plan.group.body else {
      unchanged = plan.keeper == nil || plan.isSuperseded ? lines.count : 0
      return
    }
    let texts = (stored?.body ?? Data()).split(separator: UInt8(ascii: "\n")).map { [UInt8]($0) }
    let known = Set(texts)
    var before: [[String]: JSONObject] = [:]
    for text in texts {
      // A line that another program has written, and that is none, is replaced with the file.
      guard let record = (try? JSONValue(parsing: text))?.object else { continue }
      before[Line.id(of: record, settings)] = record
    }
    for line in plan.group.lines where line.isKept { before[line.id] = nil }
    for line in lines {
      let label = "\(plan.group.key): \(line.label)"
      let earlier = before.removeValue(forKey: line.id)
      if known.contains(line.text) {
        unchanged += 1
      } else if let earlier {
        changed += 1
        differences.append(.init(.changed, label: label, fields: Self.fields(from: earlier, to: line)))
      } else {
        new += 1
        differences.append(.init(.added, label: label))
      }
    }
    for key in before.keys.map({ $0.joined(separator: " ") }).sorted() {
      differences.append(.init(.removed, label: "\(plan.index?.value.key ?? plan.group.key): \(key)"))
    }
  }

  private static func fields(from earlier: JSONObject, to line: Line) -> [DryRun.Difference.Field] {
    let record = (try? JSONValue(parsing: line.text))?.object ?? JSONObject()
    let names = record.names + earlier.names.filter { record[$0] == nil }
    return names.filter { record[$0] != earlier[$0] }.map {
      .init(name: $0, before: text(earlier[$0]), after: text(record[$0]))
    }
  }

  private static func text(_ value: JSONValue?) -> String { value.map { $0.string ?? $0.text } ?? "" }
}
