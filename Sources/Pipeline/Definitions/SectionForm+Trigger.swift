extension SectionForm {
  /// An element of the section `trigger`.
  static let trigger = SectionForm([
    KeyForm(
      "kind", .choice(DatasetTrigger.Kind.allCases.map(\.rawValue)), isRequired: true,
      "s3: an object that is created; event: an event of EventBridge's default bus."),
    KeyForm("bucket", .text(.bucket), "For s3, which needs it: the bucket. Its objects are `{bucket}` and `{key}`."),
    KeyForm("prefix", .text(.shortText(1024)), "For s3: how the keys begin. By default any object starts a run."),
    KeyForm("source", .text(.shortText(256)), "For event, which needs it: the event's `source`."),
    KeyForm("detail_type", .text(.shortText(128)), "For event, which needs it: the event's `detail-type`."),
  ]) { trigger in
    let isObject = trigger.text("kind") == DatasetTrigger.Kind.s3.rawValue
    let (needed, others) =
      isObject ? (["bucket"], ["source", "detail_type"]) : (["source", "detail_type"], ["bucket", "prefix"])
    let kind = isObject ? "s3" : "event"
    if let missing = needed.first(where: { trigger[$0] == nil }) {
      return (missing, "it is missing: kind \(kind) needs it")
    }
    if let source = trigger.text("source"), ["aws.s3", "aws.states"].contains(source) {
      return (
        "source",
        "it is \(source): a run makes such events itself, so that each would start the next one. "
          + "Use kind s3 for the objects of a bucket"
      )
    }
    return others.first { trigger[$0] != nil }.map { ($0, "kind \(kind) has no such key: delete it") }
  }

  /// Refuses two triggers that one object or event meets: it would start two runs of the dataset.
  @Sendable static func triggerRule(_ top: Section) -> (key: String, problem: String)? {
    let triggers = DatasetTrigger.all(of: top)
    for (index, trigger) in triggers.enumerated() {
      guard let other = triggers[..<index].firstIndex(where: { $0.covers(trigger) || trigger.covers($0) }) else {
        continue
      }
      return (
        "trigger",
        "trigger[\(other)], \(triggers[other]), and trigger[\(index)], \(trigger), have something in common, which would "
          + "start two runs: delete one of them"
      )
    }
    return nil
  }
}

extension DatasetTrigger {
  /// The triggers of a definition, by the mapping at its top. A program that does not read the section has none.
  static func all(of top: Section) -> [DatasetTrigger] { top.sections("trigger").compactMap { DatasetTrigger($0) } }
}

extension Form.Rule {
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  static let bucket = Form.Rule(
    "a bucket's name: 3 to 63 small letters, digits, '.' or '-', not '.' or '-' at its ends",
    pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
  ) { text in
    let bytes = Array(text.utf8)
    func isWord(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    return (3...63).contains(bytes.count) && isWord(bytes[0]) && isWord(bytes[bytes.count - 1])
      && bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  /// A text of a limited length in bytes.
  static func shortText(_ maximum: Int) -> Form.Rule {
    Form.Rule("a text of 1 to \(maximum) bytes") { (1...maximum).contains($0.utf8.count) }
  }
}
