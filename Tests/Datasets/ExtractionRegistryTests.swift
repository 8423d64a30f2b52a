import Contracts
import Definitions
import JQ
import JSON
import Loading
import Processing
import Publishing
import Settings
import TestSupport
import Testing

@testable import Extraction

@Suite("Registries take definitions")
struct ExtractionRegistryTests {
  private func definition(_ text: String) throws -> Definition {
    let none = SectionForm([])
    let known = ExtractionRegistry.known
    let plugins = KnownPlugins(
      extract: (known.extract ?? []) + [PluginForm("bytes", "Bytes.", none)],
      parse: (known.parse ?? []) + [PluginForm("nosuch", "None.", none)],
      transform: (known.transform ?? []) + [PluginForm("nosuch", "None.", none)])
    let (definition, problems) = Definition.read(
      Array("dataset_id: d\ndata_type: x\n\(text)".utf8), file: "d.yaml", plugins: plugins
    ) { _, _ in nil }
    #expect(problems.isEmpty, "\(problems)")
    return try #require(definition)
  }

  private func problem(_ text: String) throws -> String? {
    let definition = try definition(text)
    let error = #expect(throws: PipelineError.self) { try ExtractionRegistry.check(definition) }
    #expect(error?.name == .configurationInvalid)
    let made = ExtractionRegistry { Configuration(environment: [:]) }
    #expect(throws: PipelineError.self) { try made.extractor(for: definition) }
    return error?.message
  }

  @Test("An extractor that yields records has no other stages")
  func stages() throws {
    #expect(
      try problem("extract: {plugin: wwoz_livewire}\nparse: {plugin: nosuch}")
        == "d.yaml: parse: the extractor 'wwoz_livewire' yields records itself: delete it")
    #expect(
      try problem("extract: {plugin: wwoz_livewire}\ntransform: {plugin: nosuch}")
        == "d.yaml: transform: the extractor 'wwoz_livewire' yields records itself: delete it")
  }

  @Test("An extractor that yields bytes needs a parser, and one that this build knows (F11)")
  func parser() throws {
    #expect(
      try problem("extract: {plugin: bytes}") == "d.yaml: parse: it is missing: the extractor 'bytes' yields bytes")
    #expect(
      try problem("extract: {plugin: bytes}\nparse: {plugin: nosuch}")?
        .hasPrefix("d.yaml:4: parse.plugin: it is 'nosuch': it must be one of") == true)
  }

  @Test("A file's ending decides its parser, and records without a line get their number")
  func endings() throws {
    let definition = try definition(
      "extract: {plugin: bytes}\nparse: {plugin: by_extension, csv: {delimiter: auto}, json: {single: true}}")
    let section = try #require(definition.parse)
    let parser = try ExtensionParser(section: section, filters: JQFilters())
    func rows(_ name: String, _ text: String) throws -> [String] {
      let whole = try parser.parse(RawBody(Array(text.utf8), address: name, origin: "urn:uuid:1"))
      let stream = try parser.stream(RawBody([], address: name, origin: "urn:uuid:1"))
      var streamed: [SourceRecord] = []
      try stream.add(Array(text.utf8.prefix(9)), isLast: false) { streamed += $0.records }
      try stream.add(Array(text.utf8.dropFirst(9)), isLast: true) { streamed += $0.records }
      #expect(streamed == whole.records, "\(name)")
      return whole.records.map { JSONValue.object($0.fields).text }
    }
    #expect(try rows("s3://b/a.CSV", "id;n\n\n1;2\n") == [#"{"id":"1","n":"2","_source_row":3}"#])
    #expect(
      try rows("s3://b/x.csv/a.json", #"[{"id":1},{"id":2,"_source_row":9}]"#) == [
        #"{"id":1,"_source_row":1}"#, #"{"id":2,"_source_row":9}"#,
      ])
    #expect(try rows("https://x.example/a.jsonl?v=.xml", "{\"id\": 1}\n") == [#"{"id":1,"_source_row":1}"#])
    #expect(try rows("a.xml", "<r><x><id>1</id></x></r>") == [#"{"id":"1","_source_row":1}"#])
    let error = #expect(throws: PipelineError.self) { try rows("s3://b/a.txt", "id\n1\n") }
    #expect(error?.name == .sourceChanged)
    #expect(
      error?.message
        == "s3://b/a.txt has another ending than .csv, .json, .jsonl, .xml: rename it, or convert it to one of them")
  }

  @Test("A name in a template that the plan's items do not have is found before a run")
  func templates() throws {
    func problems(_ text: String) throws -> [String] {
      try ExtractionRegistry.check(definition("plan: {kind: product, values: {city: [Austin]}}\n\(text)")).map(
        \.description)
    }
    #expect(
      try problems("extract: {plugin: http, url: 'https://a.example/{ctiy}'}\nparse: {plugin: json}") == [
        "d.yaml:4:30: extract.url names {ctiy}, but the item 'austin' has only city: give it in plan.values, or correct the name"
      ])
    #expect(
      try problems(
        "extract: {plugin: http, url: 'https://a.example/{city}/{YYYY}', query: {a: '{b}'}}\nparse: {plugin: json}"
      ).map { $0.hasPrefix("d.yaml:4:72: extract.query.a names {b}") } == [true])
    #expect(
      try problems(
        "extract: {plugin: file, path: '{city}.csv'}\nparse: {plugin: csv}\ntransform: {plugin: enrich, fields: {x: '{nope}'}}"
      ).map { $0.contains("the field 'x' of enrich names {nope}") && $0.hasPrefix("d.yaml:6:") } == [true])
    #expect(try problems("extract: {plugin: http, url: 'https://a.example/{city}'}\nparse: {plugin: json}") == [])
  }

  @Test("A month has no day, and the object of a request has a bucket and a key")
  func otherItems() throws {
    func problems(_ text: String) throws -> [String] {
      try ExtractionRegistry.check(definition("\(text)\nparse: {plugin: json}")).map(\.description)
    }
    let months = "plan: {kind: months, profiles: {next: {months_ahead: 1}}}\n"
    #expect(try problems(months + "extract: {plugin: http, url: 'https://a.example/{YYYY}/{MM}/{month}/{YY}'}") == [])
    #expect(
      try problems(months + "extract: {plugin: http, url: 'https://a.example/{DD}'}").map {
        $0.contains("extract.url names {DD}, but the item '1970-01' is a month: it has {YYYY}, {YY}, {MM} and {month}")
      } == [true])
    #expect(try problems("extract: {plugin: file, path: 's3://{bucket}/{key}'}") == [])
    #expect(try problems("extract: {plugin: http, url: 'https://a.example/{key}'}") == [])
    let file = try definition("extract: {plugin: file, path: 's3://{bucket}/x'}\nparse: {plugin: csv}")
    #expect(file.objectNames == ["bucket"])
  }

  @Test("A section's values count, and the environment before them")
  func sections() throws {
    let text = "extract: {plugin: wwoz_livewire, base_url: 'http://a.example', requests_per_second: 3}"
    let definition = try definition(text)
    let plain = try ExtractionRegistry { Configuration(environment: [:]) }.extractor(for: definition).policy
    #expect(plain.site.origin == "http://a.example" && plain.requestsPerSecond == 3)
    let environment = ["BASE_URL": "http://b.example", "SOURCE_REQUESTS_PER_SECOND": "4"]
    let set = try ExtractionRegistry { Configuration(environment: environment) }.extractor(for: definition).policy
    #expect(set.site.origin == "http://b.example" && set.requestsPerSecond == 4)
  }

  @Test("A wrong setting of one dataset stops no other")
  func settings() throws {
    let wwoz = try RepositoryDatasets.catalog(ExtractionRegistry.known).definition(nil)
    let registry = ExtractionRegistry { Configuration(environment: ["BASE_URL": "nowhere"]) }
    let error = #expect(throws: PipelineError.self) { try registry.extractor(for: wwoz) }
    #expect(error?.name == .configurationInvalid)
  }
}
