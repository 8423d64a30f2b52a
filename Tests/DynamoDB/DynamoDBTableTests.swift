import AWS
import Foundation
import TestSupport
import Testing
import Time

@testable import DynamoDB

@Suite("A table of DynamoDB")
struct DynamoDBTableTests {
  private let memory = MemoryTable()
  private let time = ManualTime()

  private func table() throws -> DynamoDBTable {
    DynamoDBTable(
      try DynamoDBClient(memory.session(time)), name: MemoryTable.name, time: time, random: FixedRandom())
  }
  private func deadline(_ limit: Duration = .seconds(600)) -> Deadline { Deadline(after: limit, on: time) }

  private func items(_ count: Int, bytes: Int = 1) -> [DynamoDBClient.Item] {
    (0..<count).map { number in
      [
        "date": .text("day \(number)"), "session": .text("one"), "text": .text(String(repeating: "x", count: bytes)),
      ]
    }
  }
  private func keys(_ items: [DynamoDBClient.Item]) -> [DynamoDBClient.Item] {
    items.map { $0.filter { $0.key != "text" } }
  }

  @Test("writes 25 items in a request, and reads 100")
  func counts() throws {
    let items = items(230)
    try table().put(items, deadline: deadline())
    #expect(memory.requests.map(\.items) == Array(repeating: 25, count: 9) + [5])
    #expect(memory.items.count == 230)
    memory.restart()
    let found = try table().items(keys(items), deadline: deadline())
    #expect(memory.requests.map(\.items) == [100, 100, 30] && found.count == 230)
    #expect(try table().items([], deadline: deadline()) == [])
    try table().put([], deadline: deadline())
    #expect(memory.requests.count == 3 && memory.problems == [] && time.sleeps == [])
  }

  @Test("has at most 16 MB in a request of writes")
  func bytes() {
    // 25 of the largest items are 10 MB: the limit counts only for larger ones than the service takes today.
    let sizes = DynamoDBTable.batches(of: items(9, bytes: 3 << 20)).map(\.count)
    #expect(sizes == [5, 4])
    #expect(DynamoDBTable.batches(of: items(51)).map(\.count) == [25, 25, 1])
  }

  @Test("sends only what the service has left, after a delay with jitter")
  func unprocessed() throws {
    memory.fail([0: .leaves(7), 1: .leaves(7), 2: .leaves(3)])
    try table().put(items(25), deadline: deadline())
    #expect(memory.requests.map(\.items) == [25, 7, 7, 3] && memory.items.count == 25)
    // The generator draws the longest delays. The second one is longer, since nothing was written.
    #expect(time.sleeps == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
    memory.restart()
    memory.fail([0: .leaves(99), 1: .leaves(0), 2: .leaves(4)])
    #expect(try table().items(keys(items(130)), deadline: deadline()).count == 25)
    #expect(memory.requests.map(\.items) == [100, 99, 30, 4] && memory.problems == [])
  }

  @Test("goes on longer than the client does, when the service throttles all of it or cannot be reached")
  func throttling() throws {
    let throttled = MemoryTable.Fault.refuses(400, "ProvisionedThroughputExceededException")
    memory.fail(Dictionary(uniqueKeysWithValues: (0..<12).map { ($0, $0 % 3 == 2 ? .cutsBefore : throttled) }))
    try table().put(items(3), deadline: deadline())
    #expect(memory.requests.count == 13 && memory.items.count == 3)
  }

  @Test("is given up at the deadline, as a failure that may pass")
  func deadlines() throws {
    memory.fail(Dictionary(uniqueKeysWithValues: (0..<999).map { ($0, .refuses(500, "InternalServerError")) }))
    let error = #expect(throws: AWSError.self) { try table().put(items(3), deadline: deadline(.seconds(30))) }
    #expect(error?.kind == .unavailable || error?.kind == .timedOut)
    memory.restart()
    memory.fail(Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, .leaves(2)) }))
    let left = #expect(throws: AWSError.self) { try table().put(items(3), deadline: deadline(.seconds(20))) }
    #expect(left?.description.contains("2 were not done before the deadline: the service has left them") == true)
    #expect(left?.resource == "workouts" && left?.kind == .unavailable)
  }

  @Test("is given up at once for an error that stays")
  func permanent() throws {
    memory.fail(.refuses(400, "AccessDeniedException"))
    let error = #expect(throws: AWSError.self) { try table().put(items(1), deadline: deadline()) }
    #expect(error?.kind == .accessDenied && memory.requests.count == 1 && time.sleeps == [])
  }

  @Test("reads all pages of a scan, and a page again that failed")
  func scan() throws {
    for item in items(8) { memory.put(item) }
    let filter = DynamoDBClient.Condition(
      "#date IN (:a, :b)", names: ["#date": "date"], values: [":a": .text("day 1"), ":b": .text("day 7")])
    memory.fail([1: .cutsAfter, 3: .refuses(503, "ServiceUnavailable")])
    let found = try table().items(where: filter, attributes: ["session", "date"], deadline: deadline())
    #expect(found.map { $0["date"] } == [.text("day 1"), .text("day 7")])
    #expect(found.map { $0.keys.sorted() } == [["date", "session"], ["date", "session"]])
    #expect(memory.operations == Array(repeating: "Scan", count: 5))
  }

  @Test("writes under conditions, and says whose did not hold; a lost response is no refusal")
  func conditions() throws {
    let items = items(30)
    memory.put(items[3])
    let absent = DynamoDBClient.Condition("attribute_not_exists(#date)", names: ["#date": "date"])
    let own = DynamoDBClient.Condition(
      "attribute_not_exists(#date) OR #text = :text", names: ["#date": "date", "#text": "text"],
      values: [":text": .text("x")])
    let refused = try table().write(items.map { .put($0, if: absent) }, deadline: deadline())
    #expect(refused == [3] && memory.items.count == 30)
    memory.restart()
    memory.fail([0: .cutsAfter, 5: .refuses(400, "ProvisionedThroughputExceededException")])
    #expect(try table().write(items.map { .put($0, if: own) }, deadline: deadline()) == [])
    #expect(memory.requests.count == 32)
    let present = DynamoDBClient.Condition("attribute_exists(#date)", names: ["#date": "date"])
    let deleted = try table().write(
      keys(items).prefix(2).map { .delete($0, if: present) } + [.put(items[4], if: absent)], deadline: deadline())
    #expect(deleted == [2] && memory.items.count == 28)
  }

  @Test("counts the bytes of an item as DynamoDB does, or more")
  func sizes() {
    let item: DynamoDBClient.Item = [
      "a": .text("é"), "n": .number("123.45"), "b": .flag(true), "z": .null, "l": .list([.text("xy"), .null]),
      "m": .map(["k": .text("v")]),
    ]
    // Names and values: 1+2, 1+5, 1+1, 1+1, 1+(3+1+2+1+1), 1+(3+1+1+1).
    #expect(item.size == 3 + 6 + 2 + 2 + 9 + 7)
  }

  @Test("reads what it writes, of every type")
  func types() throws {
    let item: DynamoDBClient.Item = [
      "date": .text("é"), "session": .text("s"), "n": .number("-1.5e3"), "b": .flag(false), "z": .null,
      "l": .list([.text(""), .list([])]), "m": .map(["k": .map([:])]),
    ]
    let text = String(decoding: try JSONEncoder().encode(["b": DynamoDBValue.flag(false)]), as: UTF8.self)
    #expect(text == #"{"b":{"BOOL":false}}"#)
    try table().put([item], deadline: deadline())
    #expect(memory.sorted == [item])
    let foreign = Data(#"{"s":{"SS":["a"]},"z":{"NULL":true}}"#.utf8)
    #expect(try JSONDecoder().decode(DynamoDBClient.Item.self, from: foreign) == ["s": .other, "z": .null])
  }

  @Test("has everything in the end, whatever fails", arguments: 1...30)
  func chaos(seed: UInt64) throws {
    let items = items(140)
    memory.fail(seed: seed, share: 0.4)
    try table().put(items, deadline: deadline(.seconds(36_000)))
    #expect(memory.items.count == 140 && memory.problems == [])
    let found = try table().items(keys(items), deadline: deadline(.seconds(36_000)))
    #expect(Set(found.map { "\($0["date"] ?? .null)" }).count == 140)
  }
}
