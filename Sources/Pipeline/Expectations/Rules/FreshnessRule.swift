import Definitions
import FoundationEssentials
import JSON
import Time

/// The age of the newest value when the source was read.
struct FreshnessRule: DocumentRule {
  static let form = PluginForm(
    "freshness", "The age of the newest value of a time, when the source was read.",
    SectionForm([
      .field,
      KeyForm("maximum_age", .text(.age), isRequired: true, "The greatest age allowed: 36h."),
      .onBreach,
    ]))
  /// Seconds by which a time may be later than the reading, since zones and clocks differ. A later one is a mistake, or an
  /// entry in advance, which would hide that nothing else is new.
  private static let tolerance = 86_400.0

  private let field: DocumentField
  private let maximum: DocumentAge
  private let times: DocumentTimes
  private var newest: Date?
  private var readAt: Date?

  init(_ section: Section, times: DocumentTimes) {
    field = DocumentField(section.text("field") ?? "")
    maximum = DocumentAge(section.text("maximum_age") ?? "") ?? DocumentAge(seconds: 0)
    self.times = times
  }

  mutating func begin(readAt: Date?) { self.readAt = readAt }

  mutating func add(_ record: JSONObject) {
    guard let value = field.value(in: record), let time = times.read(value) else { return }
    if let readAt, time > readAt + Self.tolerance { return }
    if newest.map({ time > $0 }) ?? true { newest = time }
  }

  func breach(of facts: DocumentFacts) -> String? {
    // Without a time of reading there is no age.
    guard let readAt = facts.readAt else { return nil }
    if facts.isNothingNew {
      // The newest record is the one at which the checkpoint stands.
      guard let newest = facts.checkpoint.flatMap({ times.read(.string($0.value)) }) else { return nil }
      return breach(newest, "the checkpoint", readAt)
    }
    guard let newest else { return "no record has a time in \(field), and maximum_age is \(maximum)" }
    return breach(newest, "the newest \(field)", readAt)
  }

  func remark(on facts: DocumentFacts) -> String? {
    facts.readAt == nil ? "not applied: the document does not say when its source was read" : nil
  }

  private func breach(_ newest: Date, _ name: String, _ readAt: Date) -> String? {
    let age = DocumentAge(seconds: Int(readAt.timeIntervalSince(newest).rounded(.up)))
    guard age > maximum else { return nil }
    return "\(name) is \(RFC3339.utc(newest)), over \(age) before the reading, and maximum_age is \(maximum)"
  }
}
