import Contracts
import Foundation
import TestSupport
import Testing
import Time

/// Faults between a machine and DynamoDB.
@Suite("A lock in DynamoDB")
struct DynamoDBLockTests {
  private let place = MemoryPlace()
  private var table: MemoryDynamoDB { place.table }
  private let deadline = Deadline.none(on: ManualTime())

  private func error(_ body: () throws -> Void) -> PipelineError? {
    do { try body() } catch { return error as? PipelineError }
    return nil
  }

  @Test("has system 002's attributes, and the owner")
  func item() throws {
    let lock = try place.lock(ahead: 0)
    #expect(try lock.acquire(for: "run-a", deadline: deadline) == nil)
    #expect(
      table.items == [
        "etl:news": [
          "lock_key": ["S": "etl:news"], "owner": ["S": "run-a"], "acquired_at": ["N": "1717142400"],
          "expiration_time": ["N": "1717142701"],
        ]
      ])
    #expect(lock.description == "etl:news in the DynamoDB table etl-locks")
  }

  @Test("of system 002, which writes no owner, is respected, named, and taken over when it has expired")
  func foreign() throws {
    let lock = try place.lock(ahead: 0)
    table.set(
      ["lock_key": ["S": "etl:news"], "acquired_at": ["N": "1717142390"], "expiration_time": ["N": "1717142690.5"]],
      at: "etl:news")
    let holder = try #require(try lock.acquire(for: "run-a", deadline: deadline))
    #expect(holder.run == nil)
    #expect(
      "\(holder)" == "another program holds the lock since 2024-05-31T07:59:50Z, until 2024-05-31T08:04:50.500Z"
        || "\(holder)".hasPrefix("another program holds the lock since 2024-05-31T07:59:50"))
    #expect(try !lock.release(for: "run-a", deadline: deadline))
    table.set(
      ["lock_key": ["S": "etl:news"], "acquired_at": ["N": "1717142000"], "expiration_time": ["N": "1717142300"]],
      at: "etl:news")
    #expect(try lock.acquire(for: "run-a", deadline: deadline) == nil)
  }

  @Test(
    "is not taken from a run that is alive by a machine whose clock is up to a minute off", arguments: [-60.0, 60.0])
  func clocks(ahead: Double) throws {
    let own = try place.lock(timeout: 120)
    let other = try place.lock("etl:news", .seconds(120), ahead: ahead)
    #expect(try own.acquire(for: "run-a", deadline: deadline) == nil)
    for _ in 1...3 {
      // The last moment at which the owner's own clock says that it has the lock.
      place.pass(120)
      #expect(try other.acquire(for: "run-b", deadline: deadline)?.run == "run-a")
      #expect(try own.renew(for: "run-a", deadline: deadline))
    }
    place.pass(245)
    #expect(try other.acquire(for: "run-b", deadline: deadline) == nil, "a dead run's lock is taken over in the end")
    #expect(try !own.renew(for: "run-a", deadline: deadline))
    #expect(try own.acquire(for: "run-a", deadline: deadline)?.run == "run-b")
  }

  @Test("is held after the connection was cut, before or after the service had the request", arguments: [true, false])
  func cut(isAfter: Bool) throws {
    let (own, other) = (try place.lock(ahead: 0), try place.lock(ahead: 0))
    let fault: MemoryDynamoDB.Fault = isAfter ? .cutsAfter : .cutsBefore
    table.fail(fault, fault)
    #expect(try own.acquire(for: "run-a", deadline: deadline) == nil)
    #expect(table.operations == ["PutItem", "PutItem", "PutItem"])
    #expect(try other.acquire(for: "run-b", deadline: deadline)?.run == "run-a")
    table.fail(fault)
    #expect(try own.renew(for: "run-a", deadline: deadline))
    table.fail(fault)
    #expect(try own.release(for: "run-a", deadline: deadline) == !isAfter, "the first attempt released it")
    #expect(table.items.isEmpty)
    #expect(try other.acquire(for: "run-b", deadline: deadline) == nil)
  }

  @Test(
    "is tried again when DynamoDB throttles or fails, and is then a retryable error",
    arguments: [
      (400, "ProvisionedThroughputExceededException"), (400, "ThrottlingException"), (400, "RequestLimitExceeded"),
      (500, "InternalServerError"), (503, "ServiceUnavailable"),
    ])
  func throttled(status: Int, code: String) throws {
    let lock = try place.lock(ahead: 0)
    let fault = MemoryDynamoDB.Fault.refuses(status, code)
    table.fail(fault, fault, fault)
    #expect(try lock.acquire(for: "run-a", deadline: deadline) == nil)
    for call in ["acquire", "renew", "release", "holder"] {
      table.fail(fault, fault, fault, fault, fault)
      let failed = error {
        switch call {
        case "acquire": _ = try lock.acquire(for: "run-a", deadline: deadline)
        case "renew": _ = try lock.renew(for: "run-a", deadline: deadline)
        case "release": _ = try lock.release(for: "run-a", deadline: deadline)
        default: _ = try lock.holder(deadline: deadline)
        }
      }
      #expect(failed?.name == .destinationUnavailable, "\(call)")
      #expect(failed?.name.isRetryable == true && failed?.message.contains("etl:news") == true)
    }
    #expect(try lock.renew(for: "run-a", deadline: deadline), "nothing was lost")
  }

  @Test(
    "that cannot be had because of a setting says which",
    arguments: [
      ("ResourceNotFoundException", "lock.table_name names no table"),
      ("AccessDeniedException", "lack dynamodb:GetItem"),
      ("ValidationException", "the lock etl:news"), ("UnrecognizedClientException", "AWS_ACCESS_KEY_ID"),
    ])
  func configuration(code: String, text: String) throws {
    let lock = try place.lock(ahead: 0)
    // A wrong signature is tried once more.
    table.fail(.refuses(400, code), .refuses(400, code))
    let failed = error { _ = try lock.acquire(for: "run-a", deadline: deadline) }
    #expect(failed?.name == .configurationInvalid)
    #expect(failed?.message.contains(text) == true, "\(failed?.message ?? "")")
  }

  @Test("whose item has no end is corrupt, and the message says what to do")
  func corrupt() throws {
    let lock = try place.lock(ahead: 0)
    table.set(["lock_key": ["S": "etl:news"], "expiration_time": ["S": "soon"]], at: "etl:news")
    let failed = error { _ = try lock.acquire(for: "run-a", deadline: deadline) }
    #expect(failed?.name == .storageCorrupt && failed?.message.hasSuffix("delete the item") == true)
  }
}

extension MemoryPlace {
  fileprivate func lock(timeout seconds: Int) throws -> any RunLock {
    try lock("etl:news", .seconds(seconds), ahead: 0)
  }
}
