import Foundation
import TestSupport
import Time

@testable import AWS
@testable import JSONLinesSink

/// A way to lose a call.
enum Fault: String, CaseIterable {
  /// S3 refuses the call, which has no effect.
  case fails
  /// No response comes, and the call had no effect.
  case isLostBefore
  /// The response is lost, and the call had its effect.
  case isLostAfter
  /// The process ends before the call.
  case diesBefore
  /// The process ends after the call, before it sees the response.
  case diesAfter
}

/// Objects behind something that a test puts in front of them. Each call goes through `call`, one at a time.
class WrappedLines: LineObjects {
  let base: any LineObjects

  init(_ base: any LineObjects) { self.base = base }

  func call<Value>(_ name: String, _ work: () -> Result<Value, AWSError>) -> Result<Value, AWSError> { work() }

  func getAll(_ keys: [String], deadline: Deadline) -> [Result<S3Object?, AWSError>] {
    each(keys) { key in call("GET \(key)") { base.getAll([key], deadline: deadline)[0] } }
  }

  func putAll(_ writes: [LineWrite], deadline: Deadline) -> [Result<String, AWSError>] {
    each(writes) { write in call("PUT \(write.key)") { base.putAll([write], deadline: deadline)[0] } }
  }

  func delete(_ key: String, ifMatches etag: String, deadline: Deadline) throws(AWSError) {
    try call("DELETE \(key)") {
      Result { () throws(AWSError) in try base.delete(key, ifMatches: etag, deadline: deadline) }
    }.get()
  }

  func address(of key: String) -> String { base.address(of: key) }

  func each<Item, Value>(_ items: [Item], _ work: (Item) -> Result<Value, AWSError>) -> [Result<Value, AWSError>] {
    items.map(work)
  }
}

/// Numbers the calls of a load, from 1, and loses one of them. Calls that are made at once have an order here, which is the
/// one of the list or its reverse: real ones have any.
final class FaultyLines: WrappedLines {
  private let fault: (call: Int, kind: Fault)?
  private let isReversed: Bool
  private let count = Locked(0)
  private let isDead = Locked(false)

  init(_ base: any LineObjects, losing fault: (call: Int, kind: Fault)? = nil, isReversed: Bool = false) {
    self.fault = fault
    self.isReversed = isReversed
    super.init(base)
  }

  /// The calls so far, also of the process that is dead.
  var calls: Int { count.change { $0 } }

  override func call<Value>(_ name: String, _ work: () -> Result<Value, AWSError>) -> Result<Value, AWSError> {
    let number = count.change {
      $0 += 1
      return $0
    }
    let timedOut = Result<Value, AWSError>.failure(MemoryLines.error(.timedOut, name))
    guard !isDead.change({ $0 }) else { return timedOut }
    guard let fault, fault.call == number else { return work() }
    switch fault.kind {
    case .fails: return .failure(MemoryLines.error(.unavailable, name))
    case .isLostBefore: return timedOut
    case .isLostAfter:
      _ = work()
      return timedOut
    case .diesBefore: isDead.change { $0 = true }
    case .diesAfter:
      _ = work()
      isDead.change { $0 = true }
    }
    return timedOut
  }

  override func each<Item, Value>(
    _ items: [Item], _ work: (Item) -> Result<Value, AWSError>
  ) -> [Result<Value, AWSError>] {
    isReversed ? items.reversed().map(work).reversed() : items.map(work)
  }
}

/// Runs work right before a call, once, as another process may.
final class InterferingLines: WrappedLines {
  private let number: Int
  private let work: () throws -> Void
  private var count = 0
  private(set) var failure: (any Error)?

  init(_ base: any LineObjects, before number: Int, _ work: @escaping () throws -> Void) {
    self.number = number
    self.work = work
    super.init(base)
  }

  var calls: Int { count }

  override func call<Value>(_ name: String, _ call: () -> Result<Value, AWSError>) -> Result<Value, AWSError> {
    count += 1
    if count == number { do { try work() } catch { failure = error } }
    return call()
  }
}

/// A planted mistake: the old file is deleted before the new one is written, and the index is written last.
final class LateIndex: WrappedLines {
  override func putAll(_ writes: [LineWrite], deadline: Deadline) -> [Result<String, AWSError>] {
    guard writes.contains(where: { $0.key.hasPrefix("index/") }) else {
      let outcomes = super.putAll(writes, deadline: deadline)
      _ = super.putAll(late, deadline: deadline)
      late = []
      return outcomes
    }
    late += writes
    return writes.map { _ in .success("\"late\"") }
  }

  private var late: [LineWrite] = []
}
