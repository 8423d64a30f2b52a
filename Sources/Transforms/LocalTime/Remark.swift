/// A text of a record that names no date, time or zone, for the transform's warnings.
struct Remark: Hashable {
  /// The kind of text.
  enum Subject: String, Comparable {
    case zone = "time zone"
    case date, time, instant

    static func < (left: Subject, right: Subject) -> Bool { left.rawValue < right.rawValue }
  }

  let subject: Subject
  let text: String

  /// - Parameter text: only its beginning is kept, so that a source cannot fill the memory with warnings.
  init(subject: Subject, text: String) {
    self.subject = subject
    self.text = String(text.prefix(40))
  }

  /// - Parameter count: the number of records that have the text.
  func sentence(_ count: Int) -> String {
    let verb = subject == .zone ? (count == 1 ? "names" : "name") : (count == 1 ? "has" : "have")
    let records = count == 1 ? "1 record" : "\(count) records"
    let problem =
      switch subject {
      case .zone: "which is not known"
      case .date, .time: "which does not exist"
      case .instant: "which cannot be read"
      }
    return "\(records) \(verb) the \(subject.rawValue) '\(text)', \(problem)"
  }
}
