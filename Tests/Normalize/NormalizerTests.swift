import Contracts
import JSON
import Normalize
import Processing
import Testing

@Suite("The section normalize")
struct NormalizerTests {
  @Test("The first alias whose value is neither null nor blank counts, also if it cannot be read (F43)")
  func aliases() throws {
    let normalizer = try makeNormalizer(
      "metadata: rest\non_error: keep\nfields: {amount: {type: number, aliases: [price, cost]}}")
    #expect(try normalizer.one(#"{"price": null, "cost": 3}"#) == #"{"amount":3,"rest":{"price":null}}"#)
    #expect(try normalizer.one(#"{"price": " ", "cost": 3}"#) == #"{"amount":3,"rest":{"price":" "}}"#)
    #expect(
      try normalizer.one(#"{"cost": 3, "price": "1,5"}"#) == #"{"amount":null,"rest":{"cost":3,"price":"1,5"}}"#)
    #expect(try normalizer.one(#"{"price": 0, "cost": 3}"#) == #"{"amount":0,"rest":{"cost":3}}"#)
    #expect(try normalizer.one(#"{"price": false, "cost": 3}"#) == #"{"amount":null,"rest":{"price":false,"cost":3}}"#)
  }

  @Test("Paths lead into objects and lists; a key that is written like a path comes first")
  func paths() throws {
    let normalizer = try makeNormalizer(
      """
      metadata: rest
      fields:
        title: {aliases: title.rendered}
        author: {aliases: "e.author[0].name", type: html_text}
        category: {aliases: "e.wp:term[][taxonomy=category].name", type: html_text}
        tags: {aliases: "e.wp:term[][taxonomy=tag].name", type: list, items: html_text}
      """)
    let embedded =
      #"{"author":[{"name":"A &amp; B"},{"name":"C"}],"wp:term":[[{"name":"News","taxonomy":"category"}],[],[{"name":"x","taxonomy":"tag"},{"taxonomy":"tag"},{"name":"y","taxonomy":"tag"}]]}"#
    #expect(
      try normalizer.one(#"{"title":{"rendered":"T","raw":"t"},"e":\#(embedded)}"#)
        == #"{"title":"T","author":"A & B","category":"News","tags":["x","y"],"rest":{"title":{"raw":"t"},"e":\#(embedded)}}"#
    )
    #expect(
      try normalizer.one(#"{"title":{"rendered":"T"},"e":{"author":[{"code":"no"}],"wp:term":{}}}"#)
        == #"{"title":"T","author":null,"category":null,"tags":[],"rest":{"e":{"author":[{"code":"no"}],"wp:term":{}}}}"#
    )
    #expect(try normalizer.one(#"{"title.rendered":"key","title":"no"}"#).hasPrefix(#"{"title":"key","#))
  }

  @Test("Without metadata other keys stay beside the fields; a key that would be lost rejects the record")
  func withoutMetadata() throws {
    let normalizer = try makeNormalizer("fields: {amount: {type: number, aliases: [price]}, n: {type: integer}}")
    #expect(try normalizer.one(#"{"x":[1.0],"price":1,"n":"2"}"#) == #"{"amount":1,"n":2,"x":[1.0]}"#)
    #expect(try normalizer.one(#"{"price":1,"amount":2}"#).hasPrefix("amount: the source's own key"))
    #expect(try normalizer.one(#"{"price":1,"amount":null}"#) == #"{"amount":1,"n":null}"#)
    let list = try makeNormalizer("fields: {tags: {type: list}}")
    #expect(try list.one(#"{"tags":["a",{"b":1}]}"#).hasPrefix("tags: the list has elements"))
  }

  @Test("The line of a row is no content: it stands beside the fields, and a repeated row is the same wherever it is")
  func sourceRow() throws {
    let normalizer = try makeNormalizer(
      "metadata: rest\nprimary_keys: [id]\nfields: {id: {}, raw: {type: json, aliases: [.]}}")
    let records = try normalizer.normalized(
      #"[{"id":"a","x":"1","_source_row":2},{"id":"a","x":"1","_source_row":7}]"#)
    #expect(
      records.records.map { JSONValue.object($0.fields).text } == [
        #"{"id":"a","raw":{"id":"a","x":"1"},"rest":{"x":"1"},"_source_row":2}"#
      ])
    #expect(records.rejected.map(\.problem.reason) == ["id: a repetition of an earlier record, with the same content"])
    let line = try makeNormalizer("metadata: rest\nfields: {line: {type: integer, aliases: [_source_row]}}")
    #expect(try line.one(#"{"x":"1","_source_row":2}"#) == #"{"line":2,"rest":{"x":"1"},"_source_row":2}"#)
  }

  @Test("A record without a required value is rejected by the field's name; all its problems are named")
  func required() throws {
    let normalizer = try makeNormalizer(
      """
      metadata: metadata
      on_error: keep
      primary_keys: external_id
      fields:
        external_id: {aliases: [id, item_id], required: true}
        rating: {type: number, maximum: 5}
      """)
    #expect(try normalizer.one(#"{"id":null,"item_id":" "}"#) == "external_id: it has no value in id, item_id")
    #expect(try normalizer.one(#"{"id":[]}"#) == "external_id: a list is not a text")
    #expect(
      try normalizer.one(#"{"rating":6}"#)
        == "external_id: it has no value in id, item_id; rating: it is 6: it must be at most 5")
    let records = try normalizer.normalized(#"[{"id":7,"rating":"9"}]"#)
    #expect(records.rejected.map(\.key) == ["7"] && records.rejected[0].text == #"{"id":7,"rating":"9"}"#)
  }

  @Test("Of records with one key the first stands; each other one is rejected by name, and says if it differs (F40)")
  func primaryKeys() throws {
    let normalizer = try makeNormalizer("primary_keys: [a, b]")
    let records = try normalizer.normalized(
      #"[{"a":1,"b":"x","v":1},{"a":1,"b":"y"},{"a":1,"b":"x","v":2},{"v":1,"b":"x","a":1},{"a":1},{"a":1,"b":" "}]"#)
    #expect(records.records.map(\.origin) == ["urn:uuid:0#0", "urn:uuid:0#1"])
    #expect(
      records.rejected.map(\.problem.reason) == [
        "a, b: an earlier record of this item has the same key and other content, and stands",
        "a, b: a repetition of an earlier record, with the same content",
        "b: it has no value, and is a primary key", "b: it has no value, and is a primary key",
      ])
  }

  @Test("Keys hold across the batches of an item, and not across items")
  func batches() throws {
    let normalizer = try makeNormalizer("primary_keys: a")
    let memory = TransformMemory()
    let list = "[\((0..<5000).map { #"{"a":\#($0),"v":1}"# }.joined(separator: ","))]"
    #expect(try normalizer.normalized(list, after: memory).records.count == 5000)
    #expect(memory.keys.count == 5000)
    let second = try normalizer.normalized(#"[{"a":7,"v":1},{"a":8,"v":2},{"a":5000}]"#, after: memory)
    #expect(second.records.map { $0.fields["a"] } == [5000])
    #expect(
      second.rejected.map(\.problem.reason) == [
        "a: a repetition of an earlier record, with the same content",
        "a: an earlier record of this item has the same key and other content, and stands",
      ])
    #expect(try normalizer.normalized(#"[{"a":7,"v":1}]"#).records.count == 1)
  }

  @Test("A constant is a default without aliases; the source's key of that name stays in metadata")
  func constants() throws {
    let normalizer = try makeNormalizer("metadata: m\nfields: {source: {aliases: [], default: api}}")
    #expect(try normalizer.one(#"{"source":"x"}"#) == #"{"source":"api","m":{"source":"x"}}"#)
  }

  @Test("The whole record may be a field; its keys feed other fields as well")
  func wholeRecord() throws {
    let normalizer = try makeNormalizer("metadata: m\nfields: {id: {}, raw: {type: json, aliases: .}}")
    #expect(try normalizer.one(#"{"id":1.0,"x":null}"#) == #"{"id":"1.0","raw":{"id":1.0,"x":null},"m":{"x":null}}"#)
  }

  @Test("Keys that only look alike are two keys, as they are for a table")
  func lookalikes() throws {
    let normalizer = try makeNormalizer("primary_keys: id\nfields: {id: {}}")
    let records = try normalizer.normalized("[{\"id\":\"caf\u{e9}\"},{\"id\":\"cafe\u{301}\"},{\"id\":\"caf\u{e9}\"}]")
    #expect(records.records.count == 2 && records.rejected.count == 1)
  }

  @Test("What was rejected before stays, and the document")
  func passedOn() throws {
    let normalizer = try makeNormalizer("fields: {a: {}}")
    var records = Records(rejected: [RejectedRow(RowProblem(reason: "before"))], document: 1)
    records = try normalizer.apply(
      records,
      TransformContext(
        dataset: Dataset(id: "x", dataType: "y", timeZone: "UTC", extractor: "z", sinks: []), item: WorkItem(id: "a"),
        readAt: .distantPast))
    #expect(records.rejected.count == 1 && records.document == 1)
  }

  @Test(
    "Options that do not fit are problems with a place",
    arguments: [
      ("fields: {a: {type: txt}}", "normalize.fields.a.type: it is 'txt'"),
      ("fields: {a: {alias: b}}", "normalize.fields.a.alias: it is not known"),
      ("fields: {a: {aliases: \"b[x\"}}", "normalize.fields.a.aliases: it is 'b[x'"),
      ("fields: {a: {minimum: 0}}", "normalize.fields.a.minimum: only integer, number and decimal_comma may have it"),
      ("fields: {a: {type: date, default_time: \"00:00\"}}", "normalize.fields.a.default_time: only timestamp"),
      ("fields: {a: {required: true, default: b}}", "normalize.fields.a.required: a field with a default"),
      ("fields: {a: {aliases: []}}", "normalize.fields.a.aliases: an empty list needs a default"),
      ("fields: {a: {otherwise: b}}", "normalize.fields.a.otherwise: it needs map"),
      ("fields: {a: {type: date, formats: \"%Y\"}}", "normalize.fields.a.formats: it is '%Y'"),
      ("fields: {a: {type: timestamp, utc: b}}", "normalize.fields.a.utc: 'b' is not one of the aliases"),
      ("on_error: keep", "normalize.on_error: keep needs metadata"),
      (
        "metadata: m\nprimary_keys: idd\nfields: {id: {}}",
        "normalize.primary_keys: 'idd' is no field: it must be one of id"
      ),
      ("metadata: m", "normalize.metadata: it needs fields"),
      ("metadata: a\nfields: {a: {}}", "normalize.metadata: 'a' is a field already"),
      ("timezone: Mars/Olympus", "normalize.timezone: it is 'Mars/Olympus'"),
    ])
  func problems(yaml: String, expected: String) {
    let (_, problems) = checked(yaml)
    #expect(problems.count == 1 && problems[0].contains(expected), "\(problems)")
  }

  @Test("A default that the field does not allow is a wrong configuration")
  func wrongDefault() {
    for field in [
      "type: integer, default: x", "default: abc, max_length: 2", "type: number, default: \"-1\", minimum: 0",
    ] {
      #expect(throws: PipelineError.self) { try makeNormalizer("fields: {a: {\(field)}}") }
    }
  }
}
