import AWS
import Cryptography
import FoundationEssentials
import Glibc
import RawStore
import Time

/// The raw data as files below a folder of this machine, in place of a bucket: the file of a key is `FOLDER/KEY`. It is
/// for the processes of one machine: they keep each other away by a lock on `FOLDER/.lock`, which a file system over a
/// network may not have.
///
/// A file is written under another name, is on the disk, and is then renamed, so that no reader sees a part of it,
/// whenever a writer is killed. What S3 keeps as metadata of an object is in a file below `FOLDER/.metadata`, whose
/// name has the object's key and content: it is written before the object, and a reader never combines the two of
/// different versions.
public final class FolderObjects: ObjectStore {
  /// The attempts of a reader that is overtaken by writers.
  private static let readings = 100

  /// An absolute path without a slash at its end.
  public let folder: String
  private let retrier: Retrier

  /// - Parameter folder: the value of `RAW_FOLDER`, an absolute path. It is made if it does not exist.
  /// - Throws: `invalidConfiguration`.
  public init(_ folder: String, time: any TimeSource = SystemTime()) throws(AWSError) {
    guard folder.hasPrefix("/") else {
      throw AWSError(
        .invalidConfiguration, "the folder of raw data", of: folder, "RAW_FOLDER must be an absolute path")
    }
    self.folder = String(folder.dropLast(folder.hasSuffix("/") ? 1 : 0))
    retrier = Retrier(Backoff(base: .milliseconds(1), cap: .milliseconds(50), maximumAttempts: 100_000), time: time)
    try FolderFile.makeFolders(of: "\(self.folder)/.lock")
  }

  public func getAll(
    _ locations: [S3Location], maximumBytes: Int, deadline: Deadline
  ) -> [Result<S3Object, AWSError>] {
    locations.map { location in
      Result { () throws(AWSError) in
        guard !deadline.hasPassed else { throw late("read", location) }
        return try read(location, maximumBytes)
      }
    }
  }

  public func putAll(_ writes: [S3Write], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    writes.map { write in
      Result { () throws(AWSError) in
        let path = try path(of: write.location)
        return try locked(write.location, deadline) { () throws(AWSError) in try put(write, path) }
      }
    }
  }

  public func keys(in bucket: String, prefix: String, deadline: Deadline) throws(AWSError) -> [String] {
    let parent = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
    var keys: [String] = []
    var pending = [parent]
    while let next = pending.popLast() {
      guard !deadline.hasPassed else { throw late("list", S3Location(bucket: bucket, key: prefix)) }
      let (files, folders) = try FolderFile.list(next.isEmpty ? folder : "\(folder)/\(next)")
      let path = { (name: String) in next.isEmpty ? name : "\(next)/\(name)" }
      keys += files.map(path).filter { $0.hasPrefix(prefix) }
      pending += folders.map(path).filter { $0.hasPrefix(prefix) || prefix.hasPrefix("\($0)/") }
    }
    return keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public func address(of location: S3Location) -> String { "file://\(folder)/\(location.key)" }

  private func read(_ location: S3Location, _ maximumBytes: Int) throws(AWSError) -> S3Object {
    let path = try path(of: location)
    for _ in 0..<Self.readings {
      guard let file = try FolderFile.read(path, upTo: maximumBytes) else {
        throw AWSError(.notFound, "reading", of: address(of: location), "there is no such file")
      }
      let etag = try Self.etag(file.body)
      if let metadata = try FolderFile.read(metadataPath(location.key, etag), upTo: 1 << 20) {
        return object(file.body, etag, Self.decoded(metadata.body))
      }
      // Either it has no metadata, or a writer has replaced both since the first reading.
      if try FolderFile.version(path) == file.version { return object(file.body, etag, [:]) }
    }
    throw AWSError(
      .unavailable, "reading", of: address(of: location), "it was replaced \(Self.readings) times meanwhile")
  }

  private func object(_ body: Data, _ etag: String, _ metadata: [String: String]) -> S3Object {
    S3Object(body: body, info: S3ObjectInfo(etag: etag, size: body.count, metadata: metadata))
  }

  private func put(_ write: S3Write, _ path: String) throws(AWSError) -> S3WriteResult {
    let (key, address) = (write.location.key, address(of: write.location))
    let stored = try FolderFile.read(path, upTo: .max).map { (file) throws(AWSError) in try Self.etag(file.body) }
    switch (write.condition, stored) {
    case (.absent, .some):
      throw AWSError(.preconditionFailed, "writing", of: address, "the file exists")
    case (.matches, nil):
      throw AWSError(.notFound, "writing", of: address, "there is no such file to replace")
    case (.matches(let etag), let stored?) where etag != stored:
      throw AWSError(.preconditionFailed, "writing", of: address, "the file is another one now")
    default: break
    }
    let etag = try Self.etag(write.body)
    let metadata = try metadataPath(key, etag)
    if write.metadata.isEmpty {
      // A killed writer of the same bytes may have left some.
      FolderFile.remove(metadata)
    } else {
      try FolderFile.replace(metadata, with: Self.encoded(write.metadata), by: "\(folder)/.new")
    }
    if stored != etag {
      try FolderFile.replace(path, with: write.body, by: "\(folder)/.new")
      if let stored { FolderFile.remove(try metadataPath(key, stored)) }
    }
    return S3WriteResult(etag: etag, versionID: nil)
  }

  /// Runs work that no other process or thread does at the same time. A process that dies releases the lock.
  private func locked<Value>(
    _ location: S3Location, _ deadline: Deadline, _ work: () throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    guard !deadline.hasPassed else { throw late("write", location) }
    let lock = open("\(folder)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else { throw FolderFile.failure("\(folder)/.lock", errno) }
    defer { close(lock) }
    do {
      try retrier.run(deadline: deadline, decision: { _ in .retry() }) { _ in
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw Busy() }
      }
    } catch {
      throw late("write", location)
    }
    return try work()
  }

  private struct Busy: Error {}

  private func late(_ verb: String, _ location: S3Location) -> AWSError {
    AWSError(.timedOut, "the folder of raw data", of: address(of: location), "no time was left to \(verb) it")
  }

  /// - Throws: `invalidRequest` for a key that would be a path to something else. A name that begins with a dot is the
  ///   store's own.
  private func path(of location: S3Location) throws(AWSError) -> String {
    let parts = location.key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.first != UInt8(ascii: ".") }), !location.key.utf8.contains(0) else {
      throw AWSError(
        .invalidRequest, "the folder of raw data", of: address(of: location),
        "each part of a key must be a name that does not begin with a dot")
    }
    return "\(folder)/\(location.key)"
  }

  private func metadataPath(_ key: String, _ etag: String) throws(AWSError) -> String {
    let name = try Self.etag(Data("\(key)\n\(etag)".utf8)).filter { $0 != "\"" }
    return "\(folder)/.metadata/\(name.prefix(2))/\(name)"
  }

  /// The SHA-256, in the quotes of an ETag.
  private static func etag(_ body: Data) throws(AWSError) -> String {
    do { return "\"\(try Digest(of: body).hexadecimal)\"" } catch {
      throw AWSError(.cryptography, "the folder of raw data", "\(error)")
    }
  }

  private static func encoded(_ metadata: [String: String]) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(metadata)) ?? Data()
  }

  private static func decoded(_ metadata: Data) -> [String: String] {
    (try? JSONDecoder().decode([String: String].self, from: metadata)) ?? [:]
  }
}
