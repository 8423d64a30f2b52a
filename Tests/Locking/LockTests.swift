import Contracts
import Foundation
import Synchronization
import TestSupport
import Testing
import Time

/// The rules of every kind of lock.
@Suite("A lock", .timeLimit(.minutes(45)))
struct LockTests {
  private let time = SystemTime()
  private var deadline: Deadline { Deadline(after: .seconds(30), on: time) }

  @Test("is one run's at a time; the other learns the holder, since when and until when", arguments: LockKind.there)
  func twoOwners(kind: LockKind) throws {
    let place = try kind.place()
    let (one, two) = (try place.lock("etl:news", .seconds(300)), try place.lock("etl:news", .seconds(300)))
    #expect(try one.acquire(for: "run-a", deadline: deadline) == nil)
    let holder = try #require(try two.acquire(for: "run-b", deadline: deadline))
    #expect(holder.run == "run-a" && !holder.hasExpired)
    #expect((299...302).contains(holder.expiresAt.timeIntervalSince(holder.acquiredAt)))
    #expect(try one.acquire(for: "run-a", deadline: deadline) == nil, "its owner takes it again after a lost response")
    #expect(try one.renew(for: "run-a", deadline: deadline))
    #expect(try !two.renew(for: "run-b", deadline: deadline))
    let other = try place.lock("etl:other", .seconds(300))
    #expect(try other.acquire(for: "run-b", deadline: deadline) == nil, "locks of other names are other locks")
  }

  @Test("is released by its owner only, and once (F34)", arguments: LockKind.there)
  func release(kind: LockKind) throws {
    let place = try kind.place()
    let lock = try place.lock("etl:news", .seconds(300))
    #expect(try !lock.renew(for: "run-a", deadline: deadline), "nobody has it")
    #expect(try !lock.release(for: "run-a", deadline: deadline))
    #expect(try lock.holder(deadline: deadline) == nil)
    #expect(try lock.acquire(for: "run-a", deadline: deadline) == nil)
    #expect(try !lock.release(for: "run-b", deadline: deadline))
    #expect(try lock.holder(deadline: deadline)?.run == "run-a")
    #expect(try lock.release(for: "run-a", deadline: deadline))
    #expect(try !lock.release(for: "run-a", deadline: deadline))
    #expect(try lock.holder(deadline: deadline) == nil)
    #expect(try !lock.renew(for: "run-a", deadline: deadline), "what was released is not renewed: another run may work")
    #expect(try lock.acquire(for: "run-b", deadline: deadline) == nil)
  }

  @Test(
    "of a dead run is taken over a minute after its end, and then no longer the dead run's (F34)",
    arguments: LockKind.there)
  func takeover(kind: LockKind) throws {
    let place = try kind.place()
    let (dead, next) = (try place.lock("etl:news", .seconds(120)), try place.lock("etl:news", .seconds(120)))
    #expect(try dead.acquire(for: "run-a", deadline: deadline) == nil)
    try place.pass(150)
    let holder = try #require(try next.acquire(for: "run-b", deadline: deadline))
    #expect(holder.run == "run-a" && holder.hasExpired, "its clock may be a minute behind")
    #expect(try dead.renew(for: "run-a", deadline: deadline), "no other run has it yet")
    try place.pass(185)
    #expect(try next.acquire(for: "run-b", deadline: deadline) == nil)
    #expect(try next.holder(deadline: deadline)?.run == "run-b")
    #expect(try next.holder(deadline: deadline)?.hasExpired == false)
    #expect(try !dead.renew(for: "run-a", deadline: deadline))
    #expect(try !dead.release(for: "run-a", deadline: deadline))
    #expect(try dead.acquire(for: "run-a", deadline: deadline)?.run == "run-b")
  }

  @Test("is kept by renewals for as long as its run works", arguments: LockKind.there)
  func renewal(kind: LockKind) throws {
    let place = try kind.place()
    let (own, other) = (try place.lock("etl:news", .seconds(120)), try place.lock("etl:news", .seconds(120)))
    #expect(try own.acquire(for: "run-a", deadline: deadline) == nil)
    for _ in 1...5 {
      try place.pass(110)
      #expect(try own.renew(for: "run-a", deadline: deadline))
      #expect(try other.acquire(for: "run-b", deadline: deadline)?.run == "run-a")
    }
  }

  @Test("is taken by one of many runs that begin at once", arguments: LockKind.there.filter { $0 != .memory })
  func race(kind: LockKind) throws {
    let place = try kind.place()
    let locks = try (1...8).map { number in (number, try place.lock("etl:news", .seconds(300))) }
    nonisolated(unsafe) let shared = locks
    let (winners, holders) = (Locked<[String]>([]), Locked<[String?]>([]))
    let barrier = Barrier(locks.count)
    concurrently(
      locks.indices.map { index in
        {
          let run = "run-\(shared[index].0)"
          barrier.wait()
          do {
            let holder = try shared[index].1.acquire(
              for: run, deadline: Deadline(after: .seconds(30), on: SystemTime()))
            if let holder { holders.change { $0.append(holder.run) } } else { winners.change { $0.append(run) } }
          } catch { Issue.record(error) }
        }
      })
    let winner = winners.change { $0 }
    #expect(winner.count == 1)
    #expect(holders.change { $0 } == Array(repeating: winner.first, count: 7))
  }
}
