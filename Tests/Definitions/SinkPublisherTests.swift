import Contracts
import Testing

@testable import Definitions

@Suite("A publisher that comes with a sink")
struct SinkPublisherTests {
  private static let sink = PluginForm(
    "files", "Files.",
    SectionForm([
      KeyForm("bucket", .text(), isRequired: true, "The bucket."), KeyForm("copies", .integer(1...9), "Copies."),
    ]))
  /// The publisher reads one key of the sink.
  private static let part = PluginForm(
    "files", "Files.", SectionForm([KeyForm("bucket", .text(), isRequired: true, "The bucket.")]))

  private func read(
    load: String, publish: String = "", _ plugins: KnownPlugins
  ) -> (definition: Definition?, problems: [String]) {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: x}\nload: \(load)\n\(publish)"
    let read = Definition.read(Array(text.utf8), file: "d.yaml", plugins: plugins) { name, _ in
      name == "BUCKET" ? "b" : nil
    }
    return (read.definition, read.problems.map(\.description))
  }

  private static let publishing = KnownPlugins(
    publish: [PluginForm("other", "Other.", SectionForm([]))],
    sinkPublishers: [SinkPublisher("copies", of: part)])

  @Test("has the sink's section, beside those that the definition names")
  func section() throws {
    let (definition, problems) = read(
      load:
        "[{plugin: table, columns: {a: text}, key: \"${NOTHING}\"}, {plugin: files, bucket: \"${BUCKET}\", copies: 2}]",
      publish: "publish: {plugin: other}\n", Self.publishing)
    #expect(problems.isEmpty)
    let found = try #require(definition)
    #expect(found.dataset.publishers == ["other", "copies"])
    #expect(found.dataset.sinks == ["table", "files"])
    #expect(found.publishers[1].text("bucket") == "b")
    // The loader reads and checks it.
    #expect(found.publishers[1].integer("copies") == nil)
    #expect(found.publishers[1].place == "d.yaml:4: load[1]")
  }

  @Test("has the whole section in a program that also loads, which checks it")
  func whole() throws {
    var plugins = Self.publishing
    plugins.load = [Self.sink]
    #expect(
      try #require(read(load: "{plugin: files, bucket: b, copies: 2}", plugins).definition).publishers[0]
        .integer("copies") == 2)
    #expect(read(load: "{plugin: files, bucket: b, copies: 10}", plugins).problems.count == 1)
    #expect(read(load: "{plugin: files, bucket: b, other: 1}", plugins).problems.count == 1)
  }

  @Test("is not there without its sink, and not in a program without publishers")
  func absent() throws {
    #expect(try #require(read(load: "{plugin: table}", Self.publishing).definition).dataset.publishers.isEmpty)
    #expect(
      try #require(read(load: "{plugin: files, bucket: b}", KnownPlugins()).definition).dataset.publishers.isEmpty)
  }

  @Test("reports what is wrong with the keys that it reads")
  func problems() {
    #expect(
      read(load: "{plugin: files}", Self.publishing).problems == ["d.yaml:4:7: load.bucket: it is missing: The bucket."]
    )
    #expect(read(load: "{plugin: files, bucket: \"${NOTHING}\"}", Self.publishing).problems.count == 1)
    #expect(read(load: "{bucket: b}", Self.publishing).problems.count == 1)
  }
}
