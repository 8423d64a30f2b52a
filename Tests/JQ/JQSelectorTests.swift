import JQ
import JSON
import TestSupport
import Testing

@Suite("Selectors beside jq")
struct JQSelectorTests {
  @Test("A path selects what jq selects, and fails where jq fails")
  func random() throws {
    var random = SplitMix(seed: 6)
    for _ in 0..<Robustness.amount(200) {
      let path = RandomJSON.path(using: &random)
      let selector = try #require(JSONSelector(path), "\(path)")
      let filters = JQFilters()
      let filter = try filters.add(path, at: "here")
      let values = (0..<100).map { _ in RandomJSON.value(using: &random, depth: 4) }
      for (value, outcome) in zip(values, try filter.outcomes(of: values)) {
        // jq hands outputs over before it fails.
        let found = Result { () throws(JSONSelectorError) in try selector.values(in: value) }
        switch found {
        case .success(let selected):
          if let problem = outcome.problem, problem.contains("are one number") { continue }
          #expect(outcome.problem == nil, "\(path) of \(value.text)")
          #expect(selected.map(\.text) == outcome.outputs.map(\.text), "\(path) of \(value.text)")
        case .failure(let error):
          // jq says `with string "a"` for `["a"]`, and takes a marked number for a string.
          let problem = outcome.problem?.replacing("with string", with: "with") ?? ""
          let ours = [error.problem, error.problem.replacing("number", with: "string", maxReplacements: 1)]
          #expect(ours.contains { problem.hasPrefix($0) }, "\(path) of \(value.text): \(outcome), \(error)")
        }
      }
    }
  }

  @Test("An expression is a path or a filter, with the same results")
  func expressions() throws {
    let filters = JQFilters()
    let value: JSONValue = ["a": [1, 2]]
    for text in [".a[]", ".a | .[]", ".a[0], .a[1]"] {
      #expect(try JQExpression(text, at: "here", in: filters).outcome(of: value) == JQOutcome([1, 2]))
    }
    let problem = try JQExpression(".a.b", at: "here", in: filters).outcome(of: value)
    #expect(problem == JQOutcome(problem: "Cannot index array with \"b\""))
  }
}
