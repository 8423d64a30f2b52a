import Contracts
import Definitions
import FoundationEssentials
import JSON

/// A kind of rule of the section `expect`. A value of it sees the records of one document, in any number of parts.
protocol DocumentRule: Sendable {
  /// The keys beside `check`, which names it.
  static var form: PluginForm { get }
  /// True for a rule on the number of records only, which a person's `allow_shrink` overrules.
  static var isOnRowCount: Bool { get }
  /// True for a rule that compares the item's records with those of earlier loads.
  static var comparesLoads: Bool { get }

  /// - Parameters:
  ///   - section: the rule, which was checked.
  ///   - times: reads times of the dataset.
  init(_ section: Section, times: DocumentTimes)

  /// The number of earlier loads that the rule compares with; 0 for most.
  var earlierLoads: Int { get }

  /// The fields that the rule looks at.
  var fields: [DocumentField] { get }

  /// The values that it has looked at; nil for a rule on the document as a whole.
  var tally: ValueTally? { get }

  /// Notes the time at which the source was read, before the first record.
  mutating func begin(readAt: Date?)

  mutating func add(_ record: JSONObject)

  /// Returns the measured value and the limit that it does not meet, for a person; nil if it meets it.
  func breach(of facts: DocumentFacts) -> String?

  /// Returns the reason why the rule says nothing about the document; nil if it does say something.
  func remark(on facts: DocumentFacts) -> String?
}

extension DocumentRule {
  static var isOnRowCount: Bool { false }
  static var comparesLoads: Bool { false }
  var earlierLoads: Int { 0 }
  var fields: [DocumentField] { [] }
  var tally: ValueTally? { nil }
  mutating func begin(readAt: Date?) {}
  mutating func add(_ record: JSONObject) {}
  func remark(on facts: DocumentFacts) -> String? { nil }
}

/// The facts of a whole document.
struct DocumentFacts: Sendable {
  /// Records, and rows that the scraper has rejected: the load's `found`.
  var found = 0
  /// Records alone.
  var records = 0
  /// The time at which the source was read; nil if the document does not say.
  var readAt: Date?
  /// True for a document that has what is new only.
  var isIncremental = false
  /// The checkpoint behind the document.
  var checkpoint: Checkpoint?
  /// The records that earlier loads of the item have found, the newest first.
  var earlier: [Int] = []

  /// Returns the facts of some records of the document.
  /// - Parameter records: their number; nil for all records and rejected rows.
  func limited(to records: Int?) -> DocumentFacts {
    var facts = self
    if let records { (facts.found, facts.records) = (records, records) }
    return facts
  }

  /// True for a document that says that nothing is new.
  var isNothingNew: Bool { isIncremental && found == 0 }
}

extension Double {
  /// The number for a person, with at most three digits behind the point.
  var brief: String {
    let rounded = (self * 1000).rounded() / 1000
    return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
  }
}
