import AWS
import Foundation
import Testing
import Time
import Versions

/// Objects behind something that a test puts in front of them.
class WrappedObjects: VersionObjects {
  let base: any VersionObjects

  init(_ base: any VersionObjects) { self.base = base }

  func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
    base.getAll(keys, maximumBytes: maximumBytes, deadline: deadline)
  }

  func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    base.putAll(writes, deadline: deadline)
  }

  func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
    try base.list(prefix: prefix, delimiter: delimiter, deadline: deadline)
  }

  func delete(_ key: String, deadline: Deadline) throws(AWSError) { try base.delete(key, deadline: deadline) }

  func address(of key: String) -> String { base.address(of: key) }

  static func movesPointer(_ writes: [VersionWrite]) -> Bool {
    writes.contains { $0.key.hasSuffix("current_version.txt") }
  }
}

/// A planted mistake: the files are written when the pointer has moved.
final class LateFiles: WrappedObjects {
  private var late: [VersionWrite] = []

  override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    guard Self.movesPointer(writes) else {
      late += writes
      return writes.map { _ in .success(S3WriteResult(etag: "", versionID: nil)) }
    }
    let outcomes = base.putAll(writes, deadline: deadline)
    _ = base.putAll(late, deadline: deadline)
    late = []
    return outcomes
  }
}

/// A planted mistake: the pointer is moved without a condition.
final class CarelessPointer: WrappedObjects {
  override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    base.putAll(writes.map { VersionWrite($0.body, to: $0.key, contentType: $0.contentType) }, deadline: deadline)
  }
}

/// Runs work right before the first write of the pointer, as another process may.
final class Interference: WrappedObjects {
  private var work: (() throws -> Void)?

  init(_ base: any VersionObjects, beforePointer work: @escaping () throws -> Void) {
    self.work = work
    super.init(base)
  }

  override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    if Self.movesPointer(writes), let work {
      self.work = nil
      #expect(throws: Never.self) { try work() }
    }
    return base.putAll(writes, deadline: deadline)
  }
}

/// Moves the pointer and loses the response; before the attempt that follows, another process does its work.
final class LosingPointer: WrappedObjects {
  private var work: (() throws -> Void)?

  init(_ base: any VersionObjects, then work: @escaping () throws -> Void) {
    self.work = work
    super.init(base)
  }

  override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    if Self.movesPointer(writes), let work {
      self.work = nil
      _ = base.putAll(writes, deadline: deadline)
      #expect(throws: Never.self) { try work() }
    }
    return base.putAll(writes, deadline: deadline)
  }
}

/// A bucket in which another load is always faster.
final class RefusingPointer: WrappedObjects {
  override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    guard Self.movesPointer(writes) else { return base.putAll(writes, deadline: deadline) }
    return writes.map { .failure(MemoryObjects.error(.preconditionFailed, "PutObject", $0.key)) }
  }
}

/// A bucket that fails calls with an error.
final class FailingObjects: WrappedObjects {
  private let error: AWSError

  init(_ base: any VersionObjects = MemoryObjects(), _ error: AWSError) {
    self.error = error
    super.init(base)
  }

  override func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
    keys.map { _ in .failure(error) }
  }
}
