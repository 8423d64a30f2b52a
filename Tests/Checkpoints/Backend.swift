import ConcertsSink
import Contracts
import Foundation
import Ledger
import RawStore
import TestSupport
import Time

@testable import Checkpoints

/// A backend of checkpoints with its own place, and a way to damage what is in it.
final class Backend {
  enum Kind: String, CaseIterable, Sendable {
    case postgres, s3, file

    /// The backends that can be tested here: Postgres needs a server.
    static var available: [Kind] { allCases.filter { $0 != .postgres || TestDatabase.serverURL != nil } }
  }

  let kind: Kind
  private let database: TestDatabase?
  private let s3: MemoryS3?
  let folder: URL

  init(_ kind: Kind) throws {
    self.kind = kind
    database = kind == .postgres ? try TestDatabase(migrated: true) : nil
    s3 = kind == .s3 ? try MemoryS3() : nil
    folder = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID())")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  private func makeDatabase() throws -> Database {
    try Database(url: database?.url ?? "", migrations: ConcertsSink.migrations)
  }

  /// Another process's store over the same place.
  func store() throws -> any CheckpointStore {
    switch kind {
    case .postgres: PostgresCheckpoints(try makeDatabase())
    case .s3, .file: try backends().store(of: dataset(), folder: folder.path) ?? PostgresCheckpoints(makeDatabase())
    }
  }

  private func backends() -> CheckpointBackends {
    CheckpointBackends(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3?.environment ?? [:])
  }

  func dataset(_ id: String = "prices", hasOneItem: Bool = false) -> Dataset {
    Dataset(
      id: id, dataType: "items", timeZone: "UTC", extractor: "http", sinks: [],
      state: StateSettings(StateSettings.Kind(rawValue: kind.rawValue) ?? .file, hasOneItem: hasOneItem))
  }

  func name(_ item: String = "all", of id: String = "prices") throws -> CheckpointName {
    CheckpointName(sourceType: "http", dataset: id, item: item, isOnlyItem: false)
  }

  /// Replaces what is stored for an item.
  func damage(_ name: CheckpointName, with text: String) throws {
    switch kind {
    case .postgres:
      try database?.connect().query(
        "update etl_checkpoints set checkpoint_value = $1, checkpoint_type = 'integer' where source_name = $2",
        [.text(String(text.prefix(255))), .text(name.sourceName)], deadline: Self.soon)
    case .s3: s3?.put(Data(text.utf8), at: "state/\(name.dataset)/\(name.item).json")
    case .file: try Data(text.utf8).write(to: folder.appending(path: "state/\(name.item).json"))
    }
  }
}
