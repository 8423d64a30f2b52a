import AWS
import FoundationEssentials

/// The file of which lines were kept: they are valid for as long as it is the group's, and as it was.
struct KeptFile {
  let key: String
  /// Nil if there was none.
  let etag: String?

  func isStill(in plan: GroupPlan) -> Bool {
    // Without an index the file may be another program's, under the key that the group had without the kept lines.
    guard let key = plan.index?.value.key ?? (plan.group.key == self.key ? self.key : nil) else { return true }
    return key == self.key && (key == plan.group.key ? plan.file : plan.moved)?.info.etag == etag
  }
}

extension S3Object {
  /// The lines of a file that have a date.
  func lines(_ settings: LinesSettings) -> [Line] {
    body.split(separator: UInt8(ascii: "\n")).enumerated().compactMap { Line(stored: [UInt8]($1), at: $0, settings) }
  }
}
