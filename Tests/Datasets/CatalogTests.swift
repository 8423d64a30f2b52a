import Contracts
import Datasets
import Definitions
import Extraction
import Foundation
import Loading
import Publishing
import Settings
import TestSupport
import Testing

/// Definitions in a folder of their own.
final class DatasetFixture {
  let root = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")
  var folder: DatasetFolder { DatasetFolder(root.path) }

  static let valid = "data_type: items\nextract: {plugin: wwoz_livewire}\n"

  /// - Parameter definitions: the texts by the names of their folders.
  init(_ definitions: [String: String]) throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    for (id, text) in definitions { try add(id, Data(text.utf8)) }
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func add(_ id: String, _ bytes: Data) throws {
    let folder = root.appending(path: id)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try bytes.write(to: folder.appending(path: "dataset.yaml"))
  }

  func catalog(
    _ plugins: KnownPlugins = ExtractionRegistry.known, environment: [String: String] = [:],
    secret: @escaping (String) throws -> String = { _ in "" }
  ) -> DatasetCatalog {
    // The folder lives as long as the catalog.
    DatasetCatalog(folder, plugins: plugins) { [self] in
      withExtendedLifetime(self) { Configuration(environment: environment, secret: secret) }
    }
  }
}

@Suite("The catalog of datasets")
struct CatalogTests {
  @Test("WWOZ is a definition, and means what it meant when it was code")
  func wwoz() throws {
    var dataset = try RepositoryDatasets.catalog(ExtractionRegistry.known).definition(nil).dataset
    #expect(dataset.extractor == Dataset.wwoz.extractor)
    dataset = try RepositoryDatasets.catalog(LoadingRegistry.known).definition("wwoz").dataset
    #expect(dataset.sinks == Dataset.wwoz.sinks)
    let definition = try RepositoryDatasets.catalog(PublishingRegistry.known).definition("wwoz")
    #expect(definition.dataset.publishers == Dataset.wwoz.publishers)
    #expect(definition.plan.text("kind") == "dates")
    #expect(
      definition.dataset
        == Dataset(
          id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "", sinks: Dataset.wwoz.sinks,
          publishers: ["event_cache"]))
  }

  @Test(
    "An unknown id is refused with the known ones, and is never a path",
    arguments: [
      "nope", "../wwoz", ".", "..", "", "a/../wwoz", "wwoz/", "wwoz\u{0}", "-x", String(repeating: "a", count: 500),
    ])
  func unknown(id: String) throws {
    let fixture = try DatasetFixture(["b": DatasetFixture.valid, "a": DatasetFixture.valid])
    let error = #expect(throws: PipelineError.self) { try fixture.catalog().definition(id) }
    #expect(error == PipelineError(.invalidInput, "dataset is '\(id.prefix(40))': it must be one of a, b"))
  }

  @Test("Another dataset's file is not read: its problems do not matter")
  func others() throws {
    let fixture = try DatasetFixture(["good": "dataset_id: good\n" + DatasetFixture.valid, "bad": "{{{"])
    #expect(try fixture.catalog().definition("good").dataset.id == "good")
    #expect(try fixture.catalog().ids() == ["bad", "good"])
    #expect(throws: PipelineError.self) { try fixture.catalog().definition("bad") }
  }

  @Test("A missing folder is a wrong setting, which names what to set")
  func missingFolder() {
    let catalog = DatasetCatalog(DatasetFolder("/nonexistent/datasets"), plugins: KnownPlugins()) {
      Configuration(environment: [:])
    }
    let error = #expect(throws: PipelineError.self) { try catalog.definition(nil) }
    #expect(
      error
        == PipelineError(
          .configurationInvalid,
          "the folder of datasets /nonexistent/datasets cannot be read (No such file or directory): set DATASETS_DIR to the folder that has them"
        ))
  }

  @Test("The folder is that of DATASETS_DIR, else that of an image or of the repository")
  func folder() {
    #expect(DatasetFolder(from: ["DATASETS_DIR": "/x"]).path == "/x")
    #expect(["/datasets", "statemachine/datasets"].contains(DatasetFolder(from: ["DATASETS_DIR": ""]).path))
  }

  @Test("A file that cannot be read is named with the reason")
  func unreadable() throws {
    let fixture = try DatasetFixture([:])
    let path = fixture.root.appending(path: "d/dataset.yaml").path
    func message() -> String? {
      #expect(throws: PipelineError.self) { try fixture.catalog().definition("d") }.map { error in
        #expect(error.name == .configurationInvalid)
        return error.message
      }
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(message() == "\(path) is not a file")
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(message() == "\(path) is not a file")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "dataset.yaml")
    #expect(message() == "\(path) cannot be read (Too many levels of symbolic links)")
    try FileManager.default.removeItem(atPath: path)
    try fixture.add("d", Data(repeating: 0x23, count: 1 << 20 | 1))
    #expect(message() == "\(path) has more than 1048576 bytes, which no definition needs")
    try fixture.add("d", Data())
    #expect(message() == "\(path):1:1: the file is empty")
    if geteuid() != 0 {
      #expect(chmod(path, 0) == 0)
      #expect(message() == "\(path) cannot be read (Permission denied)")
    }
  }

  @Test("The id is the folder's name")
  func otherID() throws {
    let fixture = try DatasetFixture(["folder": "dataset_id: other\n" + DatasetFixture.valid])
    let error = #expect(throws: PipelineError.self) { try fixture.catalog().definition("folder") }
    #expect(
      error?.message
        == "\(fixture.folder.file(of: "folder")):1:13: dataset_id: it must be 'folder', the name of its folder")
    #expect(throws: PipelineError.self) { try fixture.catalog().dataset("folder") }
  }

  @Test("A function looks only at the sections that it uses; the command line at all")
  func sections() throws {
    let fixture = try DatasetFixture([
      "d": """
      dataset_id: d
      data_type: items
      extract: {plugin: http, url: "${UNSET}"}
      load: {plugin: nosuch, x: "${UNSET_TOO}"}
      publish: {plugin: event_cache}
      """
    ])
    #expect(try fixture.catalog(KnownPlugins()).definition("d").plan.text("kind") == "single")
    #expect(try fixture.catalog(PublishingRegistry.known).definition("d").dataset.publishers == ["event_cache"])
    let load = #expect(throws: PipelineError.self) { try fixture.catalog(LoadingRegistry.known).definition("d") }
    #expect(load?.message.contains("load.plugin: it is 'nosuch': it must be one of ") == true)
    let extract = #expect(throws: PipelineError.self) { try fixture.catalog().definition("d") }
    #expect(extract?.message.contains("the variable UNSET has no value") == true)
    var all = ExtractionRegistry.known
    all.load = LoadingRegistry.known.load
    let both = #expect(throws: PipelineError.self) { try fixture.catalog(all).definition("d") }
    #expect(both?.message.split(separator: "; ").count == 2)
  }
}
