import JSON
import Normalize
import Processing
import TestSupport
import Testing

@Suite("Hostile and random records")
struct HostileRecordTests {
  private static let unified = """
    metadata: metadata
    on_error: keep
    fields:
      external_id: {aliases: [id, item_id], max_length: 255}
      title: {aliases: [name, title.rendered, title], type: html_text, default: Untitled}
      amount: {type: number, aliases: [price, a.b.c]}
      quantity: {type: integer, truncate: true, aliases: [quantity, stock]}
      rating: {type: decimal_comma}
      active: {type: boolean}
      tags: {type: list, aliases: ["terms[][kind=tag].name", tags], split: ","}
      published_at: {type: timestamp, aliases: [created_at], default_time: "00:00"}
      day: {type: date}
      status: {map: {publish: active}, otherwise: pending, default: active}
    """

  /// A random value. Names and words are those that the fields look for.
  private static func value(_ random: inout SplitMix, depth: Int = 0) -> JSONValue {
    switch random.next() % (depth > 4 ? 5 : 7) {
    case 0: return .null
    case 1: return .bool(random.next() % 2 == 0)
    case 2:
      let numbers = ["0", "-1", "1e400", "-1e-400", "9007199254740993", "1.10", "3.7", "1e999999999"]
      return JSONNumber(numbers[Int(random.next() % 8)]).map { .number($0) } ?? .null
    case 3, 4:
      let texts = [
        "", " ", "tag", "publish", "1,5", "1.234,5", "2024-02-30", "2024-01-01T00:00:00", "a\u{0}b", "<b>&amp;", "<!--",
        "\u{3000}", "true", "a, b", "\u{202E}x", "e\u{301}",
      ]
      return .string(texts[Int(random.next() % 16)])
    case 5: return .array((0..<random.next() % 4).map { _ in value(&random, depth: depth + 1) })
    default: return .object(object(&random, depth: depth))
    }
  }

  private static func object(_ random: inout SplitMix, depth: Int) -> JSONObject {
    let names = [
      "id", "name", "title", "price", "a", "b", "c", "rendered", "kind", "terms", "status", "tags", "day", "x",
    ]
    return JSONObject(
      (0..<random.next() % 8).map { _ in
        (names[Int(random.next() % UInt64(names.count))], value(&random, depth: depth + 1))
      })
  }

  /// The scalars of a value, with the names that lead to them.
  private static func leaves(_ value: JSONValue, _ path: String, into found: inout [String: JSONValue]) {
    switch value {
    case .object(let object) where !object.isEmpty:
      for (name, value) in object.members { leaves(value, "\(path).\(name)", into: &found) }
    default: found[path] = value
    }
  }

  @Test("Nothing is lost: every key of a record feeds a field, or is in metadata as it was sent")
  func nothingIsLost() throws {
    let normalizer = try makeNormalizer(Self.unified)
    var random = SplitMix(seed: 14)
    var fed = 0
    for _ in 0..<3000 {
      let source = Self.object(&random, depth: 0)
      let records = try normalizer.normalized([source])
      guard let record = records.records.first else { continue }
      let metadata = try #require(record.fields["metadata"])
      var (before, after): ([String: JSONValue], [String: JSONValue]) = ([:], [:])
      if !source.isEmpty { Self.leaves(.object(source), "", into: &before) }
      if metadata != .object(JSONObject()) { Self.leaves(metadata, "", into: &after) }
      for (path, value) in after { #expect(before[path] == value, "\(path) was not sent so: \(source)") }
      let paths = [
        ".id", ".item_id", ".name", ".title", ".title.rendered", ".price", ".a.b.c", ".quantity", ".stock", ".rating",
        ".active", ".tags", ".created_at", ".day", ".status",
      ]
      let gone = Set(before.keys).subtracting(after.keys)
      fed += gone.count
      #expect(gone.isSubset(of: paths), "lost \(gone) of \(source)")
      for path in gone { #expect(before[path].map { !$0.isNull } == true, "\(path) is null and fed a field") }
    }
    #expect(fed > 500, "the records had \(fed) values for the fields")
  }

  @Test("A record with 20,000 keys, a text of a megabyte, or 150 levels takes no longer than it must")
  func large() throws {
    let normalizer = try makeNormalizer(Self.unified)
    let keys = (0..<20_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let deep = String(repeating: "{\"a\":", count: 150) + "1" + String(repeating: "}", count: 150)
    for text in [
      "{\(keys)}", #"{"name":"\#(String(repeating: "<b>&amp;", count: 130_000))"}"#,
      #"{"name":"\#(String(repeating: "<", count: 1_000_000))"}"#,
      #"{"name":"\#(String(repeating: "<a ", count: 300_000))"}"#,
      #"{"name":"\#(String(repeating: "<!--", count: 250_000))"}"#,
      #"{"name":"\#(String(repeating: "<script>", count: 120_000))"}"#, deep,
      #"{"price":"\#(String(repeating: "9", count: 1_000_000))"}"#,
      #"{"tags":"\#(String(repeating: ",", count: 1_000_000))"}"#,
    ] {
      var records = Records()
      let took = try ProcessorTime.of { records = try normalizer.normalized("[\(text)]") }
      #expect(records.records.count + records.rejected.count == 1)
      #expect(took < .seconds(5), "\(text.prefix(40)) took \(took)")
    }
  }

  @Test("A NUL and other control characters are passed on as they are")
  func controlCharacters() throws {
    let normalizer = try makeNormalizer("fields: {a: {}}")
    #expect(try normalizer.one(#"{"a":"x\u0000\u001b[2Jy"}"#) == #"{"a":"x\u0000\u001b[2Jy"}"#)
  }

  @Test("The text of a rejected record is limited")
  func rejectedText() throws {
    let normalizer = try makeNormalizer("fields: {a: {max_length: 1}}")
    let records = try normalizer.normalized(#"[{"a":"\#(String(repeating: "x", count: 100_000))"}]"#)
    #expect(records.rejected.count == 1 && records.rejected[0].text.utf8.count < 20_010)
  }
}
