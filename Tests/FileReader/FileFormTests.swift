import Contracts
import Definitions
import Settings
import Testing

@testable import FileReader

@Suite("File keys")
struct FileFormTests {
  private func read(_ keys: String) -> (definition: Definition?, problems: [String]) {
    let text = "dataset_id: products\ndata_type: items\nextract: {plugin: file, \(keys)}\n"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "datasets/products/dataset.yaml", plugins: KnownPlugins(extract: [FileReader.form])
    ) { _, _ in nil }
    return (definition, problems.map(\.description))
  }

  @Test("Keys are read; a reader is made without its file being there")
  func keys() throws {
    let (definition, problems) = read(#"path: "s3://bucket/{YYYY}/x.csv", region: eu-west-1, max_bytes: 100"#)
    #expect(problems.isEmpty)
    var settings = Configuration(environment: [:])
    let reader = try FileReader(
      #require(definition), section: #require(definition).extract, settings: &settings, environment: [:])
    #expect(reader.policy.site.origin == "s3://bucket" && reader.policy.maximumBodyBytes == 100)
    #expect(!reader.policy.obeysRobots && reader.pageSource != nil)
    #expect(read("path: sample/x.csv").problems.isEmpty && read("path: /data/x.csv").problems.isEmpty)
  }

  @Test(
    "A wrong value is a problem that says what is allowed",
    arguments: [
      ("path: ../x.csv", "extract.path: it is '../x.csv': it must be a path of a file without '..'"),
      ("path: https://x/y.csv", "extract.path"), ("path: 's3://{city}/y.csv'", "extract.path"),
      ("path: x.csv, region: eu-west-1", "extract.region: only a path that begins with s3:// has one"),
      ("path: x.csv, max_bytes: 0", "extract.max_bytes"), ("max_bytes: 1", "extract.path: it is missing"),
      ("path: x.csv, url: y", "extract.url: it is not known"),
    ])
  func wrong(_ keys: String, _ message: String) {
    let found = read(keys).problems
    #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
  }
}
