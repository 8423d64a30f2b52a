import Definitions
import JSON

/// Fields of which a record has all or none: a latitude without a longitude is no place.
struct TogetherRule: DocumentRule {
  static let form = PluginForm(
    "together", "The share of records that have a value in some of these fields, and none in others.",
    SectionForm([
      KeyForm("fields", .list(of: .text(.field)), isRequired: true, "Two fields or more: [latitude, longitude]."),
      .maximumShare, .onBreach,
    ]) { section in
      section.texts("fields").count < 2 ? ("fields", "it has less than two fields") : nil
    })

  let fields: [DocumentField]
  private let maximumShare: Double
  private var records = ValueTally()

  init(_ section: Section, times: DocumentTimes) {
    fields = section.texts("fields").map { DocumentField($0) }
    maximumShare = section.number("maximum_share") ?? 0
  }

  var tally: ValueTally? { records }

  mutating func add(_ record: JSONObject) {
    let values = fields.compactMap { $0.value(in: record) }
    guard let first = values.first else { return }
    records.take(first, isRight: values.count == fields.count)
  }

  func breach(of facts: DocumentFacts) -> String? {
    guard records.failed > 0, records.share > maximumShare else { return nil }
    let names = fields.map { "\($0)" }.joined(separator: ", ")
    return
      "\(records.failed) of \(records.checked) records (\(records.share.brief)) have some of \(names) only, the first has "
      + "\(records.first?.shown ?? ""), and maximum_share is \(maximumShare.brief)"
  }
}
