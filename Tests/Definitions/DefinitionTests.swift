import Contracts
import Definitions
import Testing

@Suite("Definitions")
struct DefinitionTests {
  private let plugins = KnownPlugins(
    extract: [
      PluginForm(
        "http", "Requests.",
        SectionForm([
          KeyForm("url", .text(), isRequired: true, "The address."),
          KeyForm("rate", .section(SectionForm([KeyForm("requests", .integer(1...1000), "Requests.")])), "The rate."),
          KeyForm("token", .text(), isSecret: true, "A secret."),
          KeyForm("user", .text(), mayBeSecret: true, "A name."),
        ]))
    ],
    load: [PluginForm("postgres", "A table.", SectionForm([KeyForm("table", .text(), isRequired: true, "The table.")]))]
  )

  private func read(_ text: String, _ values: [String: String] = [:]) -> (Definition?, [String]) {
    let (definition, problems) = Definition.read(Array(text.utf8), file: "x.yaml", plugins: plugins) { name, _ in
      values[name]
    }
    return (definition, problems.map(\.description))
  }

  @Test("A definition is read; a variable counts before its default")
  func reading() throws {
    let (definition, problems) = read(
      """
      dataset_id: markets
      data_type: items
      timezone: America/Chicago
      extract:
        plugin: http
        url: https://example.org/${PATH_NAME:-v1}?x=$${y}
        rate: {requests: "${RATE:-100}"}
      load: {plugin: postgres, table: t}
      """, ["RATE": "7"])
    #expect(problems.isEmpty)
    let read = try #require(definition)
    #expect(read.dataset.id == "markets" && read.dataset.source == "markets" && read.dataset.sinks == ["postgres"])
    #expect(read.extract.text("url") == "https://example.org/v1?x=${y}")
    #expect(read.extract.section("rate")?.integer("requests") == 7)
    #expect(read.variables.map(\.name) == ["PATH_NAME", "RATE"])
    #expect(read.plan.text("kind") == "single")
  }

  @Test("All problems are there at once, each with its place and what is allowed (F11)")
  func problems() {
    let (definition, problems) = read(
      """
      dataset_id: "a b"
      data_typ: items
      extract:
        plugin: http
        rate: {requests: many}
        token: ${TOKEN}
      load:
      - plugin: mysql
      """)
    #expect(definition == nil)
    #expect(
      problems == [
        "x.yaml:1:1: data_type: it is missing: What a record is, in the plural: the second part of S3 keys.",
        "x.yaml:1:13: dataset_id: it is 'a b': it must be 1 to 64 letters, digits, '.', '_' or '-', not beginning with '.' or '-'",
        "x.yaml:2:1: data_typ: it is not known: the keys here are dataset_id, description, data_type, source, timezone, schedule, trigger, plan, extract, parse, normalize, transform, expect, load, state, publish, lock, windowInDays",
        "x.yaml:4:3: extract.url: it is missing: The address.",
        "x.yaml:5:20: extract.rate.requests: it is 'many': it must be an integer from 1 to 1000",
        "x.yaml:6:10: extract.token: the variable TOKEN has no value: set it, for the local stack before `make up`, or name a secret of Secrets Manager as NAME_SECRET_ARN",
        "x.yaml:8:11: load[0].plugin: it is 'mysql': it must be one of postgres",
      ])
  }

  @Test(
    "A number has one spelling: what readers of YAML take for different numbers is none",
    arguments: ["010", "+3", "0x10", "0o7", "1_0", "1e1", " 3"])
  func spellings(number: String) {
    let problems = read("dataset_id: a\ndata_type: b\nextract: {plugin: http, url: u, rate: {requests: \"\(number)\"}}")
      .1
    #expect(problems.count == 1 && problems[0].contains("it must be an integer from 1 to 1000"), "\(problems)")
  }

  @Test("The value of a variable that does not fit is not shown: it may be a secret")
  func secret() {
    let (_, problems) = read(
      "dataset_id: a\ndata_type: b\nextract: {plugin: http, url: u, rate: {requests: \"${RATE}\"}}", ["RATE": "s3cr3t"])
    #expect(problems.count == 1 && !problems[0].contains("s3cr3t"))
  }

  @Test("A secret is named, as NAME or ${NAME}, and not written")
  func secrets() {
    func problems(_ token: String, _ values: [String: String]) -> [String] {
      read("dataset_id: a\ndata_type: b\nextract: {plugin: http, url: x, token: \(token)}", values).1
    }
    let definition = read(
      "dataset_id: a\ndata_type: b\nextract: {plugin: http, url: x, token: API_TOKEN}", ["API_TOKEN": "t0ken"]
    ).0
    #expect(definition?.extract.text("token") == "t0ken")
    #expect(definition?.variables.map(\.isSecret) == [true])
    #expect(problems("\"${API_TOKEN}\"", ["API_TOKEN": "t0ken"]).isEmpty)
    #expect(problems("API_TOKEN", [:]).first?.contains("the variable API_TOKEN has no value") == true)
    for token in ["t0ken-value", "\"${API_TOKEN:-t0ken-value}\""] {
      let literal = problems(token, [:])
      #expect(literal.first?.contains("extract.token: it must name the variable with the secret") == true, "\(token)")
      #expect(!literal.contains { $0.contains("t0ken-value") })
    }
    #expect(problems("API_TOKEN", [:]).first?.contains("NAME_SECRET_ARN") == true)
  }

  @Test("A user's name stands in the file, or is a variable, whose value may be a secret")
  func users() {
    for (user, values, isSecret) in [("reader", [:], []), ("READER", [:], []), ("\"${USER}\"", ["USER": "r"], [true])]
      as [(String, [String: String], [Bool])]
    {
      let (definition, problems) = read(
        "dataset_id: a\ndata_type: b\nextract: {plugin: http, url: x, user: \(user)}", values)
      #expect(problems.isEmpty && definition?.variables.map(\.isSecret) == isSecret, "\(user)")
    }
  }

  @Test("A scalar stands for the key that a form names, and a rule's problem is at its key's place")
  func shorthand() {
    let column = SectionForm(
      [
        KeyForm("type", .choice(["text", "number"]), isRequired: true, "The type."),
        KeyForm("note", .text(), "A note."),
      ],
      shorthand: "type")
    let form = SectionForm([KeyForm("columns", .map(of: .section(column)), "The columns.")]) { section in
      let bad = section.section("columns")?.values.first { $0.value.section?.text("note") == "bad" }
      return bad.map { ("columns.\($0.key).note", "it is bad") }
    }
    let plugins = KnownPlugins(load: [PluginForm("table", "A table.", form)])
    func read(_ columns: String) -> (Definition?, [String]) {
      let text = "dataset_id: x\ndata_type: y\nextract: {}\nload:\n  plugin: table\n  columns:\n\(columns)\n"
      let (definition, problems) = Definition.read(Array(text.utf8), file: "x.yaml", plugins: plugins) { _, _ in nil }
      return (definition, problems.map(\.description))
    }
    let (short, long) = (read("    a: text\n    b: number"), read("    a: {type: text}\n    b: {type: number}"))
    #expect(short.1.isEmpty && short.0?.sinks == long.0?.sinks)
    #expect(read("    a: date").1 == ["x.yaml:7:8: load.columns.a.type: it is 'date': it must be one of text, number"])
    #expect(read("    a: [text]").1.count == 1)
    #expect(read("    a: text\n    b: {type: text, note: bad}").1 == ["x.yaml:8:21: load.columns.b.note: it is bad"])
  }
}
