import Definitions
import JSON

/// No two records with the same values.
struct UniqueRule: DocumentRule {
  static let form = PluginForm(
    "unique", "No two records of an item have the same values in these fields.",
    SectionForm([
      KeyForm(
        "fields", .list(of: .text(.field)), isRequired: true,
        "The fields that together identify a record. Records without a value in one of them do not count."),
      .onBreach,
    ]) { section in
      section.texts("fields").isEmpty ? ("fields", "it is empty: name the fields that identify a record") : nil
    })

  let fields: [DocumentField]
  /// 8 bytes for each record: two different records of two million are taken for the same with a probability of 10⁻⁷. The
  /// hashes have a secret seed, so that no source can provoke it.
  private var hashes: Set<Int> = []
  private var repeated = 0
  private var checked = 0
  private var first: String?
  private var bytes: [UInt8] = []

  init(_ section: Section, times: DocumentTimes) { fields = section.texts("fields").map { DocumentField($0) } }

  var tally: ValueTally? { ValueTally(checked: checked, failed: repeated) }

  mutating func add(_ record: JSONObject) {
    var values: [JSONValue] = []
    for field in fields {
      guard let value = field.value(in: record) else { return }
      values.append(value)
    }
    checked += 1
    bytes.removeAll(keepingCapacity: true)
    // As bytes: texts that look alike are equal for Swift.
    JSONValue.array(values).write(into: &bytes)
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    guard !hashes.insert(hasher.finalize()).inserted else { return }
    repeated += 1
    if first == nil { first = values.map(\.shown).joined(separator: ", ") }
  }

  func breach(of facts: DocumentFacts) -> String? {
    guard let first else { return nil }
    let names = fields.map { "\($0)" }.joined(separator: ", ")
    return "\(repeated) of \(facts.records) records repeat the \(names) of another one, the first \(first)"
  }
}
