import Foundation
import TestSupport
import Time
import Versions

@testable import AWS

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

/// Numbers the calls of a load, from 1, and loses one of them. Calls that are made at once have an order here, which is the
/// one of the list or its reverse: real ones have any.
final class FaultyObjects: VersionObjects {
  private let base: any VersionObjects
  private let fault: (call: Int, kind: Fault)?
  private let isReversed: Bool
  private let count = Locked(0)
  private let isDead = Locked(false)

  init(_ base: any VersionObjects, losing fault: (call: Int, kind: Fault)? = nil, isReversed: Bool = false) {
    self.base = base
    self.fault = fault
    self.isReversed = isReversed
  }

  /// The calls so far, also of the process that is dead.
  var calls: Int { count.change { $0 } }

  /// Makes a call, also one that is not of the objects.
  func call<Value>(_ key: String, _ work: () -> Result<Value, AWSError>) -> Result<Value, AWSError> {
    let number = count.change {
      $0 += 1
      return $0
    }
    let timedOut = Result<Value, AWSError>.failure(MemoryObjects.error(.timedOut, "Call", key))
    guard !isDead.change({ $0 }) else { return timedOut }
    guard let fault, fault.call == number else { return work() }
    switch fault.kind {
    case .fails: return .failure(MemoryObjects.error(.unavailable, "Call", key))
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

  private func each<Item, Value>(
    _ items: [Item], _ work: (Item) -> Result<Value, AWSError>
  ) -> [Result<Value, AWSError>] {
    isReversed ? items.reversed().map(work).reversed() : items.map(work)
  }

  func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
    each(keys) { key in
      call(key) { base.getAll([key], maximumBytes: maximumBytes, deadline: deadline)[0] }
    }
  }

  func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    each(writes) { write in call(write.key) { base.putAll([write], deadline: deadline)[0] } }
  }

  func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
    try call(prefix) {
      Result { () throws(AWSError) in try base.list(prefix: prefix, delimiter: delimiter, deadline: deadline) }
    }.get()
  }

  func delete(_ key: String, deadline: Deadline) throws(AWSError) {
    try call(key) { Result { () throws(AWSError) in try base.delete(key, deadline: deadline) } }.get()
  }

  func address(of key: String) -> String { base.address(of: key) }
}
