import AWS
import Contracts
import Foundation
import RawFolder
import TestSupport
import Testing
import Time

@testable import RawStore

/// The faults that only a folder can have.
struct FolderObjectsTests {
  private let folder: URL
  private var soon: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init() { folder = FileManager.default.temporaryDirectory.appending(path: "raw-\(UUID())") }

  private func write(_ key: String, _ text: String = "x", metadata: [String: String] = [:]) -> S3Write {
    S3Write(Data(text.utf8), to: S3Location(bucket: "", key: key), metadata: metadata)
  }

  private func failure(_ store: FolderObjects, _ write: S3Write, within time: Duration = .seconds(30)) -> AWSError? {
    if case .failure(let error) = store.putAll([write], deadline: Deadline(after: time, on: SystemTime()))[0] {
      return error
    }
    return nil
  }

  @Test(
    "A key that would lead out of the folder, or to the store's own files, is refused",
    arguments: ["", "/etc/passwd", "a//b", "a/", "../a", "a/../b", ".new", ".metadata/aa/b", "a/.b", "a\0b"])
  func paths(key: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FolderObjects(folder.path)
    #expect(failure(store, write(key))?.kind == .invalidRequest)
    #expect(store.getAll([S3Location(bucket: "", key: key)], maximumBytes: 9, deadline: soon).count == 1)
    #expect(try store.keys(in: "", prefix: "", deadline: soon).isEmpty)
  }

  @Test("What a killed writer has left does not matter, and no old metadata stays")
  func leftovers() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FolderObjects(folder.path)
    try Data("half".utf8).write(to: folder.appending(path: ".new"))
    for text in ["one", "two", "three"] {
      #expect(failure(store, write("pages/p", text, metadata: ["v": text])) == nil)
    }
    let found = try store.get(S3Location(bucket: "", key: "pages/p"), maximumBytes: 9, deadline: soon)
    #expect(found.body == Data("three".utf8) && found.info.metadata == ["v": "three"])
    let metadata = FileManager.default.subpaths(atPath: folder.appending(path: ".metadata").path) ?? []
    #expect(metadata.count { $0.contains("/") } == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: ".new").path))
  }

  @Test("A folder that is no folder is a matter of settings, in words that name RAW_FOLDER")
  func wrongFolder() throws {
    let file = folder.path
    try Data().write(to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    for path in [file, "\(file)/below", "relative"] {
      let error = #expect(throws: AWSError.self) { try FolderObjects(path) }
      #expect(error?.kind == .invalidConfiguration && "\(error.map { "\($0)" } ?? "")".contains("RAW_FOLDER"))
    }
  }

  @Test("A name that is too long is named; the folder is well")
  func longName() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FolderObjects(folder.path)
    let name = String(repeating: "n", count: 300)
    let error = try #require(failure(store, write("raw/\(name)/x")))
    #expect(error.kind == .invalidRequest && !"\(error)".contains("read and write"))
    #expect("\(error)".contains("the name '\(name)' is too long: it has 300 bytes"))
    let path = Array(repeating: String(repeating: "p", count: 200), count: 25).joined(separator: "/")
    let long = try #require(failure(store, write(path)))
    #expect("\(long)".contains("the path is too long"))
    #expect(failure(store, write("a")) == nil)
  }

  @Test("A lock that another process keeps ends the wait at the deadline")
  func lock() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FolderObjects(folder.path)
    let lock = open(folder.appending(path: ".lock").path, O_RDWR | O_CREAT, 0o600)
    #expect(flock(lock, LOCK_EX) == 0)
    #expect(failure(store, write("a"), within: .milliseconds(50))?.kind == .timedOut)
    close(lock)
    #expect(failure(store, write("a")) == nil)
  }
}
