import FoundationEssentials
import JSON

/// One document under all rules.
struct ExpectationTrial {
  private var expectations: [Expectation]
  var facts = DocumentFacts()

  /// The rules with what they have seen.
  var all: [Expectation] { expectations }

  init(_ expectations: [Expectation]) { self.expectations = expectations }

  /// Notes the time of the reading, before the first record.
  mutating func begin(readAt: Date?) {
    facts.readAt = readAt
    for index in expectations.indices { expectations[index].begin(readAt: readAt) }
  }

  /// Takes an element of the document's list; nil for one that is no object.
  mutating func add(_ record: JSONObject?) {
    facts.found += 1
    guard let record else { return }
    facts.records += 1
    for index in expectations.indices { expectations[index].add(record) }
  }

  /// The rules that are not met, each with a sentence.
  var breaches: [(expectation: Expectation, breach: String)] {
    expectations.compactMap { expectation in
      expectation.breach(of: facts).map { (expectation, $0) }
    }
  }

  /// The rules that could not be applied.
  var remarks: [String] {
    expectations.compactMap { $0.remark(on: facts) }
  }
}
