import Contracts
import Testing

@testable import Definitions

@Suite("The plan of a dataset")
struct ItemPlanTests {
  private func read(_ plan: String) -> (definition: Definition?, problems: [String]) {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: x}\nplan: \(plan)\n"
    let (definition, problems) = Definition.read(Array(text.utf8), file: "d.yaml", plugins: KnownPlugins()) { _, _ in
      nil
    }
    return (definition, problems.map(\.description))
  }

  private func items(_ plan: String) throws -> [WorkItem] {
    let (definition, problems) = read(plan)
    #expect(problems.isEmpty)
    let plan = try #require(definition).itemPlan()
    return try #require(plan.items)
  }

  @Test("has one item by default, and of kind single")
  func single() throws {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: x}\n"
    let (definition, _) = Definition.read(Array(text.utf8), file: "d.yaml", plugins: KnownPlugins()) { _, _ in nil }
    #expect(try definition?.itemPlan() == .items([WorkItem(id: "all")]))
    #expect(definition?.dataset.hasDates == false)
    #expect(try items("{kind: single}") == [WorkItem(id: "all")])
    #expect(try items("{kind: single, max_records: 7}") == [WorkItem(id: "all", parameters: ["max_records": "7"])])
  }

  @Test("of dates says so in the dataset")
  func dates() throws {
    let definition = try #require(read("{kind: dates}").definition)
    #expect(try definition.itemPlan() == .dates)
    #expect(definition.dataset.hasDates)
  }

  @Test("has an item for each combination, in the order of the values, with an id that can be read")
  func product() throws {
    let items = try items("{kind: product, values: {city: [New Orleans, Austin], keyword: [concert, \"1.10\"]}}")
    #expect(items.map(\.id) == ["new-orleans_concert", "new-orleans_1.10", "austin_concert", "austin_1.10"])
    #expect(items[1].parameters == ["city": "New Orleans", "keyword": "1.10"])
    #expect(items.allSatisfy { $0.date == nil })
    #expect(try self.items("{kind: product, values: {city: Austin}}").map(\.id) == ["austin"])
  }

  @Test(
    "makes ids of any values: they depend on the value alone, and lost characters leave a checksum",
    arguments: [
      ("New Orleans", "new-orleans"), ("a_b", "a-b"), ("  x  ", "x"), ("R&B", "r-b-2c0c0c5c"), ("München", "m-nchen-"),
      ("東京", ""), ("../..", "..-..-"), ("", "811c9dc5"), ("-", ""), ("v1.10", "v1.10"),
    ])
  func words(value: String, start: String) {
    let word = ItemProduct.word(value)
    #expect(word.hasPrefix(start.count > 8 && start.hasPrefix("r-b") ? "r-b-" : start))
    #expect(!word.isEmpty && !word.contains("_"))
    #expect((try? WorkItem(id: word)) != nil)
    #expect(ItemProduct.word(value) == word)
  }

  @Test("keeps ids of long values apart, and short enough for a state's payload")
  func longIDs() throws {
    let long = String(repeating: "x", count: 70)
    let items = try items("{kind: product, values: {a: [\(long)1, \(long)2], b: [y]}}")
    #expect(items.allSatisfy { $0.id.count == ItemProduct.maximumIDLength && $0.id.hasPrefix("xxxx") })
    #expect(Set(items.map(\.id)).count == 2)
  }

  @Test(
    "divides max_records over the items, the remainder to the first",
    arguments: [(10, ["4", "2", "2", "2"]), (12, ["3", "3", "3", "3"]), (3, ["3", "0", "0", "0"])])
  func shares(limit: Int, expected: [String]) throws {
    let items = try items("{kind: product, max_records: \(limit), values: {a: [1, 2], b: [1, 2]}}")
    #expect(items.map { $0.parameters["max_records"] } == expected)
    #expect(items.compactMap { Int($0.parameters["max_records"] ?? "") }.reduce(0, +) == limit)
  }

  @Test("takes as many items as a run, and no more")
  func limit() throws {
    let values = { (count: Int) in (1...count).map(String.init).joined(separator: ",") }
    #expect(try items("{kind: product, values: {a: [\(values(61))], b: [\(values(6))]}}").count == 366)
    #expect(
      read("{kind: product, values: {a: [\(values(367))]}}").problems.first?.contains("more than 366 combinations")
        == true)
    // The product does not overflow: it is refused before it is made.
    let huge = (1...40).map { "p\($0): [\(values(100))]" }.joined(separator: ", ")
    #expect(read("{kind: product, values: {\(huge)}}").problems.first?.contains("more than 366 combinations") == true)
  }

  @Test(
    "with a flaw is a problem of the definition, with the place",
    arguments: [
      ("{kind: product, values: {city: [Jazz, jazz]}}", "plan.values.city: 'Jazz' and 'jazz' have the same id, jazz"),
      ("{kind: product, values: {city: [a, a]}}", "plan.values.city: it has 'a' twice"),
      ("{kind: product, values: {city: []}}", "plan.values.city: it is empty"),
      ("{kind: product, values: {}}", "plan.values: it is empty"),
      ("{kind: product, values: {max_records: [a]}}", "plan.values.max_records: a parameter's name"),
      ("{kind: product, values: {YYYY: [a]}}", "plan.values.YYYY: a parameter's name"),
      ("{kind: product, values: {\"a-b\": [a]}}", "plan.values.a-b: a parameter's name"),
      ("{kind: dates, max_records: 5}", "plan.max_records: kind dates has other items in each run"),
      ("{kind: single, values: {a: [b]}}", "plan.values: only kind product has values"),
      ("{kind: product}", "plan.values: it is missing"), ("{kind: weeks}", "plan.kind: it is 'weeks'"),
      (
        "{kind: product, values: {a: [\"\(String(repeating: "é", count: 33_000))\"]}}", "plan.values: the items have 66"
      ),
    ])
  func flaws(plan: String, problem: String) {
    let (definition, problems) = read(plan)
    #expect(definition == nil)
    #expect(problems.count == 1 && problems.first?.hasPrefix("d.yaml:4:") == true)
    #expect(problems.first?.contains(problem) == true, "\(problems)")
  }
}
