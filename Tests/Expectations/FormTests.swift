import Testing

@testable import Expectations

@Suite("The section expect")
struct FormTests {
  @Test("takes each kind of rule, one rule in place of a list, and nothing (F46)")
  func accepted() {
    let rules = [
      "{check: rows, minimum: 10, maximum: 5000}", "{check: rows_ratio, minimum: 0.5, maximum: 3, of_last: 7}",
      "{check: nulls, field: title, maximum: 0.05, on_breach: fail}",
      "{check: freshness, field: published_at, maximum_age: 36h}",
      "{check: range, field: .price.amount, minimum: 0, maximum: 1000000}",
      "{check: range, field: at, minimum: 2000-01-01, maximum: \"2100-01-01T00:00:00Z\"}",
      "{check: unique, fields: [id, .a.b], on_breach: warn}", "{check: pattern, field: state, pattern: \"[A-Z]{2}\"}",
      "{check: one_of, field: status, values: [scheduled, cancelled, 1], maximum_share: 0.1}",
      "{check: together, fields: [latitude, longitude]}",
    ]
    #expect(Expected(rules).problems.isEmpty)
    #expect(
      Expected(rules).definition?.expectations.map(\.plugin) == [
        "rows", "rows_ratio", "nulls", "freshness", "range", "range", "unique",
        "pattern", "one_of", "together",
      ])
  }

  @Test(
    "refuses what has no meaning, with file, line and key",
    arguments: [
      (
        "{minimum: 1}",
        "expect[0].check: it is missing: it must be one of rows, rows_ratio, nulls, freshness, range, unique, pattern, one_of, together"
      ),
      ("{check: row}", "expect[0].check: it is 'row': it must be one of rows"),
      ("{check: rows}", "expect[0].minimum: it is missing, and so is maximum: give one of them"),
      ("{check: rows, minimum: 5, maximum: 4}", "expect[0].maximum: it is less than minimum"),
      ("{check: rows, minimum: -1}", "expect[0].minimum: it is '-1': it must be an integer from 0"),
      ("{check: rows, minimum: 1, plugin: x}", "expect[0].plugin: it is not known"),
      (
        "{check: rows, minimum: 1, on_breach: stop}",
        "expect[0].on_breach: it is 'stop': it must be one of warn, partial, fail"
      ),
      ("{check: rows_ratio, maximum: .5, minimum: 1}", "expect[0].maximum: it is less than minimum"),
      ("{check: rows_ratio, maximum: 1, of_last: 0}", "expect[0].of_last: it is '0'"),
      ("{check: nulls, maximum: 0.5}", "expect[0].field: it is missing"),
      ("{check: nulls, field: x, maximum: 1.5}", "expect[0].maximum: it is '1.5'"),
      (
        "{check: nulls, field: \".a[]\"}",
        "expect[0].field: it is '.a[]': it must be a field's name, or a path to one value"
      ),
      ("{check: nulls, field: .}", "expect[0].field: it is '.'"),
      ("{check: nulls, field: .a | length}", "expect[0].field: it is '.a | length'"),
      ("{check: freshness, field: x}", "expect[0].maximum_age: it is missing"),
      (
        "{check: freshness, field: x, maximum_age: 36}",
        "expect[0].maximum_age: it is '36': it must be a number with s, m, h"
      ),
      ("{check: range, field: x}", "expect[0].minimum: it is missing, and so is maximum"),
      ("{check: range, field: x, minimum: 2, maximum: 1}", "expect[0].maximum: it is less than minimum"),
      (
        "{check: range, field: x, minimum: 2, maximum: 2024-05-31}",
        "expect[0].maximum: it is not of the kind of minimum"
      ),
      ("{check: range, field: x, minimum: NaN}", "expect[0].minimum: it is 'NaN': it must be a number, a date"),
      ("{check: unique, fields: []}", "expect[0].fields: it is empty"),
      ("{check: pattern, field: x}", "expect[0].pattern: it is missing"),
      ("{check: pattern, field: x, pattern: \"[a\"}", "expect[0].pattern: it is '[a': it must be an extended regular"),
      ("{check: pattern, field: x, pattern: \"a)(b\"}", "expect[0].pattern: it is 'a)(b': it must be an extended"),
      ("{check: one_of, field: x, values: []}", "expect[0].values: it is empty"),
      ("{check: together, fields: [x]}", "expect[0].fields: it has less than two fields"),
    ])
  func refused(rule: String, problem: String) {
    let expected = Expected([rule])
    #expect(expected.definition == nil)
    #expect(expected.problems.contains { $0.hasPrefix("d.yaml:6:") && $0.contains(problem) }, "\(expected.problems)")
  }
}
